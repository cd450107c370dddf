// Which rows of a long list are in the document: the visible ones and a few beyond. A short list is
// there completely, so that the browser's own search finds its rows.

/** Up to this number, all rows are drawn. */
const WHOLE_MAX = 100;
const BEYOND = 12;

/**
 * @param {{count: number, rowHeight: number, scrollTop: number, height: number, keep?: number}} view
 *     `keep`: the index of a row that must stay (it has the focus), or -1
 * @returns {{indexes: number[], total: number}} `total`: height of the whole list, in pixels
 */
export function rowWindow({ count, rowHeight, scrollTop, height, keep = -1 }) {
    const total = count * rowHeight;
    const all = count <= WHOLE_MAX;
    const first = all ? 0 : Math.max(0, Math.floor(scrollTop / rowHeight) - BEYOND);
    const end = all ? count : Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + BEYOND);
    const indexes = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
    if (keep >= 0 && keep < first && keep < count) indexes.unshift(keep);
    if (keep >= end && keep < count) indexes.push(keep);
    return { indexes, total };
}
