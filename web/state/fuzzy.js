// Fuzzy matching by a few letters.

import { fold } from './search-text.js';

/**
 * @returns {number} 0: no match; more is better: a beginning, the beginnings of words, a part,
 *     scattered letters
 */
export function score(text, query) {
    const [hay, needle] = [fold(text), fold(query).trim()];
    if (needle === '') return 1;
    if (hay.startsWith(needle)) return 5;
    const words = needle.split(/\s+/);
    const starts = hay.split(/[\s\-·:]+/);
    if (words.every((word) => starts.some((start) => start.startsWith(word)))) return 4;
    if (hay.includes(needle)) return 3;
    if (words.every((word) => hay.includes(word))) return 2;
    let at = 0;
    for (const char of needle.replace(/\s/g, '')) {
        at = hay.indexOf(char, at) + 1;
        if (at === 0) return 0;
    }
    return 1;
}

/** Best matches first; equal matches keep their order. @template T @param {T[]} items */
export function rank(items, query, textOf) {
    return items
        .map((item, index) => ({ item, index, score: score(textOf(item), query) }))
        .filter((entry) => entry.score > 0)
        .sort((a, b) => b.score - a.score || a.index - b.index)
        .map(({ item }) => item);
}

/**
 * Merges local results with the hub's: good matches first, then the hub's, then scattered matches.
 */
export function rankWith(items, found, query, textOf) {
    const known = new Set(items.map(({ id }) => id));
    const all = [...items, ...found.filter(({ id }) => !known.has(id))];
    const ranked = rank(all, query, textOf);
    const isFound = new Set(found.map(({ id }) => id));
    const isGood = (item) => score(textOf(item), query) > 1;
    const good = ranked.filter(isGood);
    const theirs = all.filter((item) => isFound.has(item.id) && !good.includes(item));
    return [...good, ...theirs, ...ranked.filter((item) => !isGood(item) && !isFound.has(item.id))];
}

/** Words of four letters or more: shorter ones occur in every text. */
export const wordsAlike = (text) => fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= 4);

/** Items that share such words, the most shared words first. */
export function alike(items, text, textOf) {
    const words = wordsAlike(text);
    const shared = (item) => {
        const hay = fold(textOf(item));
        return words.filter((word) => hay.includes(word)).length;
    };
    return items
        .map((item) => ({ item, count: shared(item) }))
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count)
        .map(({ item }) => item);
}
