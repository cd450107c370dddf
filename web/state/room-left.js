// How much more text fits: the hub counts bytes, people count characters.

const encoder = new TextEncoder();

export const byteCount = (text) => encoder.encode(text).length;

const segments = (text) => (globalThis.Intl?.Segmenter
    ? Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text), ({ segment }) => segment)
    : Array.from(text));

/**
 * @returns {{over: number}|{left: number}} `over`: how many characters at the end are too many;
 *     `left`: about how many characters of the same kind still fit
 */
export function roomLeft(text, bytesMax) {
    const bytes = byteCount(text);
    const characters = segments(text);
    if (bytes <= bytesMax) {
        const each = characters.length > 0 ? bytes / characters.length : 1;
        return { left: Math.floor((bytesMax - bytes) / each) };
    }
    let [excess, over] = [bytes - bytesMax, 0];
    while (excess > 0) {
        over += 1;
        excess -= byteCount(characters[characters.length - over]);
    }
    return { over };
}
