// Text of people for display: with its own direction, isolated from the text around it, and never
// invisible.

/** Opens and closes a part of a sentence that runs in a direction of its own. */
export const FSI = '\u2068';
export const PDI = '\u2069';

/** Spaces, controls and marks that draw nothing by themselves. */
export const UNSEEN_MARKS = '\\p{Cc}\\p{Cf}\\p{Z}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u2800' +
    '\\u3164\\uFE00-\\uFE0F\\uFFA0\\u{E0000}-\\u{E0FFF}';
const UNSEEN = new RegExp(`[${UNSEEN_MARKS}]+`, 'gu');

/** Letters that run from right to left, and the controls that turn what follows. */
const TURNS =
    /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** There is text, and there is nothing to see of it. */
export const isUnseen = (text) => text !== '' && text.replace(UNSEEN, '') === '';

/** A part of a sentence, so that it moves none of the words around it. */
export const isolated = (text) =>
    (TURNS.test(text) ? `${FSI}${text.replace(/[\u2066-\u2069]/g, '')}${PDI}` : text);

/** @returns {Array<{text: string, isApart: boolean}>} a sentence by its parts */
export const partsOf = (text) => text.split(/(\u2068[^\u2069]*\u2069)/).filter(Boolean).map((part) =>
    (part.startsWith(FSI) ? { text: part.slice(1, -1), isApart: true } : { text: part, isApart: false }));

/** Facts in a row, each by itself. */
export const inARow = (parts) => parts.filter(Boolean).map(isolated).join(' · ');

/** Who has no name, or none that is seen, is known by the id. */
export const nameOf = (person) => (person?.name && !isUnseen(person.name) ? person.name : (person?.id ?? ''));

/** Without the marks of parts, as a page's text has it. */
export const withoutParts = (text) => (text.includes(FSI) ? partsOf(text).map((part) => part.text).join('') : text);
