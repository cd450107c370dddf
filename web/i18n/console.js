// The texts of the console, which no client needs.

import { enConsole } from './en-console.js';
import { frConsole } from './fr-console.js';
import { addWords } from './index.js';

export const addConsoleWords = () => addWords({ fr: frConsole, en: enConsole });
