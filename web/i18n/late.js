// The texts of parts that are fetched late. Each such part adds them.

import { enLate } from './en-late.js';
import { frLate } from './fr-late.js';
import { addWords } from './index.js';

export const addLateWords = () => addWords({ fr: frLate, en: enLate });
