// Checks a new ticket before the hub does.

import { byteCount } from './room-left.js';

const TITLE_MIN = 5;
const DESCRIPTION_MIN = 10;

/** As the hub counts a title. */
const charactersOf = (text) => Array.from(text).length;

/**
 * @param {{title: string, description: string}} values
 * @param {{titleCharacters: number, bodyBytes: number}} limits of the hub
 * @returns {Record<string, {key: string, params: object}>} by field; empty if it is valid
 */
export function problemsOf({ title, description }, { titleCharacters, bodyBytes }) {
    const problems = {
        title: problem('title', title, TITLE_MIN, charactersOf, titleCharacters),
        description: problem('description', description, DESCRIPTION_MIN, byteCount, bodyBytes),
    };
    return Object.fromEntries(Object.entries(problems).filter(([, each]) => each));
}

function problem(field, text, min, sizeOf, max) {
    const trimmed = text.trim();
    if (charactersOf(trimmed) < min) return { key: `invalid.${field}Short`, params: { min } };
    if (sizeOf(trimmed) > max) return { key: `invalid.${field}Long`, params: { max } };
    return null;
}
