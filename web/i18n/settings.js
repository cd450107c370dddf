// The words of the settings, which come with the parts that say them.

import { enSettings } from './en-settings.js';
import { frSettings } from './fr-settings.js';
import { addWords } from './index.js';

export const addSettingsWords = () => addWords({ fr: frSettings, en: enSettings });
