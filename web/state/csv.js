// Writes CSV tables that a spreadsheet does not execute. The rules are those of the hub's export;
// the same list of cells tests both.

import { UNSEEN_MARKS } from './visible-text.js';

/** The first characters of a formula, in all widths; also a minus. */
const SIGNS = '[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B\u2212]';
/** Every program treats a cell as text if only spaces come before it. */
const FORMULA = new RegExp(`^(?:[\\t\\r\\n]|(?! +${SIGNS})[\uFFFD${UNSEEN_MARKS}]*${SIGNS})`, 'u');
/** Control characters that a table does not need. */
const STRAY = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/g;
/** Characters at which some programs split cells or rows. */
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
