// Text of people for display: with its own direction, isolated from the text around it, and never
// invisible.

/** Opens and closes a part of a sentence with its own direction. */
export const FSI = '\u2068';
export const PDI = '\u2069';

/** Spaces, controls and marks that are invisible by themselves. */
export const UNSEEN_MARKS = '\\p{Cc}\\p{Cf}\\p{Z}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u2065\\u2800' +
    '\\u3164\\uFE00-\\uFE0F\\uFFA0\\uFFF0-\\uFFF8\\u{E0000}-\\u{E0FFF}';
const UNSEEN = new RegExp(`[${UNSEEN_MARKS}]+`, 'gu');

/** Right-to-left letters, and controls that change the direction of the text after them. */
const TURNS =
    /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** True for a text without a visible character. */
export const isUnseen = (text) => text !== '' && text.replace(UNSEEN, '') === '';

/** Isolates a part of a sentence, so that it does not move the words around it. */
export const isolated = (text) =>
    (TURNS.test(text) ? `${FSI}${text.replace(/[\u2066-\u2069]/g, '')}${PDI}` : text);

/** @returns {Array<{text: string, isApart: boolean}>} a sentence by its parts */
export const partsOf = (text) => text.split(/(\u2068[^\u2069]*\u2069)/).filter(Boolean).map((part) =>
    (part.startsWith(FSI) ? { text: part.slice(1, -1), isApart: true } : { text: part, isApart: false }));

/** Joins facts, each isolated. */
export const inARow = (parts) => parts.filter(Boolean).map(isolated).join(' · ');

/** The name, or the id if the name is missing or invisible. */
export const nameOf = (person) => (person?.name && !isUnseen(person.name) ? person.name : (person?.id ?? ''));

/** Removes the isolation marks, as in a page's text. */
export const withoutParts = (text) => (text.includes(FSI) ? partsOf(text).map((part) => part.text).join('') : text);
