// The words of what comes late, for each module that may be the first to say them.

import { enLate } from './en-late.js';
import { frLate } from './fr-late.js';
import { addWords } from './index.js';

export const addLateWords = () => addWords({ fr: frLate, en: enLate });
