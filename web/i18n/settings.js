// The texts of the settings, fetched with the settings.

import { enSettings } from './en-settings.js';
import { frSettings } from './fr-settings.js';
import { addWords } from './index.js';

export const addSettingsWords = () => addWords({ fr: frSettings, en: enSettings });
