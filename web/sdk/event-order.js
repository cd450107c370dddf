// Where a received event belongs.

/**
 * @param {{seq: number, prev: number}} event
 * @param {number} newest the `seq` of the newest event that was received
 * @returns {'known'|'gap'|'next'} `gap`: events before this one are missing (docs/protocol.md 7.6)
 */
export function placeAfter({ seq, prev }, newest) {
    if (seq <= newest) return 'known';
    return prev > newest ? 'gap' : 'next';
}
