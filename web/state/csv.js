// Tables that a spreadsheet opens and does not run: the rules of the hub's own export, and the same
// list of cells tests both.

import { UNSEEN_MARKS } from './visible-text.js';

/** What a formula begins with, in both widths. */
const FORMULA = new RegExp(`^(?:[\\t\\r\\n\\0]|[${UNSEEN_MARKS}]*[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20])`, 'u');
/** Where some programs part cells or rows. */
const NEEDS_QUOTES = /[,";\t\r\n]/;

/** @param {string} text @returns {string} one cell */
export function csvCell(text) {
    const safe = FORMULA.test(text) ? `'${text}` : text;
    return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {Array<Array<string|null|undefined>>} rows */
export const csv = (rows) => rows.map((row) =>
    row.map((value) => csvCell(String(value ?? ''))).join(',')).join('\r\n');
