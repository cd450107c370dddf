// Fuzzy matching by a few letters.

import { fold } from './search-text.js';

/** How much longer than what was typed the place of scattered letters may be. */
const SPREAD_MAX = 1.5;

/**
 * @returns {number} 0: no match; more is better: exact, a beginning, the beginnings of words, a
 *     part, letters close to each other
 */
export function score(text, query) {
    const [hay, needle] = [fold(text), fold(query).trim()];
    if (needle === '') return 1;
    if (hay === needle || hay.split(/\s+/).includes(needle)) return 6;
    if (hay.startsWith(needle)) return 5;
    const words = needle.split(/\s+/);
    const starts = hay.split(/[\s\-·:]+/);
    if (words.every((word) => starts.some((start) => start.startsWith(word)))) return 4;
    if (hay.includes(needle)) return 3;
    if (words.every((word) => hay.includes(word))) return 2;
    return scattered(hay, needle.replace(/\s/g, '')) ? 1 : 0;
}

/** The places of the letters, in order and near each other, from the start of a word; or null. */
function scattered(hay, letters) {
    for (const { index: from } of hay.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)) {
        if (hay[from] !== letters[0]) continue;
        const places = [];
        let at = from;
        for (const letter of letters) {
            at = hay.indexOf(letter, at);
            if (at === -1) break;
            places.push(at);
            at += 1;
        }
        if (places.length === letters.length && at - from <= letters.length * SPREAD_MAX) return places;
    }
    return null;
}

/** @returns {Array<[number, number]>} what of the text matches, in its own positions, in order */
export function matches(text, query) {
    const needle = fold(query).trim();
    if (needle === '') return [];
    const places = [];
    let hay = '';
    let at = 0;
    for (const char of text) {
        const folded = fold(char);
        for (let i = 0; i < folded.length; i += 1) places.push([at, at + char.length]);
        hay += folded;
        at += char.length;
    }
    const range = (from, length) => [places[from][0], places[from + length - 1][1]];
    const found = (part) => {
        const from = hay.indexOf(part);
        return from === -1 ? [] : [range(from, part.length)];
    };
    const whole = found(needle);
    if (whole.length > 0) return whole;
    const words = needle.split(/\s+/).flatMap(found).sort(([a], [b]) => a - b);
    if (words.length > 0) return joined(words);
    return joined((scattered(hay, needle.replace(/\s/g, '')) ?? []).map((from) => range(from, 1)));
}

function joined(ranges) {
    const result = [];
    for (const [from, end] of ranges) {
        const last = result.at(-1);
        if (last && from <= last[1]) last[1] = Math.max(last[1], end);
        else result.push([from, end]);
    }
    return result;
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
