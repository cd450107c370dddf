// Writes CSV tables that a spreadsheet does not execute. The rules are those of the hub's export;
// the same list of cells tests both.

import { UNSEEN_MARKS } from './visible-text.js';

/** What a formula begins with, in all widths; a minus too. */
const SIGNS = '[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B\u2212]';
/** Blanks alone before it make it text to every program. */
const FORMULA = new RegExp(`^(?:[\\t\\r\\n]|(?! +${SIGNS})[\uFFFD${UNSEEN_MARKS}]*${SIGNS})`, 'u');
/** Control characters that no table needs. */
const STRAY = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/g;
/** Where some programs part cells or rows. */
const NEEDS_QUOTES = /[,";\t\r\n]/;

/** @param {string} text @returns {string} one cell */
export function csvCell(text) {
    const seen = text.replace(STRAY, '\uFFFD');
    const safe = FORMULA.test(seen) ? `'${seen}` : seen;
    return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {Array<Array<string|null|undefined>>} rows */
export const csv = (rows) => rows.map((row) =>
    row.map((value) => csvCell(String(value ?? ''))).join(',')).join('\r\n');
