// Time zone offsets from the browser's own zone table: the offsets from UTC, and the moments at
// which they change.

const DAY = 86_400_000;

/** @returns {(at: number) => number} milliseconds to add to UTC; throws for an unknown zone */
function offsetIn(timeZone) {
    const wall = new Intl.DateTimeFormat('en-US', {
        timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric',
        hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    return (at) => {
        const parts = {};
        for (const { type, value } of wall.formatToParts(at)) parts[type] = Number(value);
        const { year, month, day, hour, minute, second } = parts;
        return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
    };
}

/**
 * @param {string} timeZone a name of the IANA database
 * @param {number} from @param {number} until milliseconds of UTC
 * @returns {Array<{from: number, until: number, offset: number}>} ascending, without gaps
 */
export function zoneSegments(timeZone, from, until) {
    const offset = offsetIn(timeZone);
    const segments = [];
    let current = { from, until, offset: offset(from) };
    for (let before = from; before < until; before += DAY) {
        const after = Math.min(before + DAY, until);
        if (offset(after) === current.offset) continue;
        const at = changeBetween(before, after, offset);
        segments.push({ ...current, until: at });
        current = { from: at, until, offset: offset(at) };
    }
    segments.push(current);
    return segments;
}

/** The first moment with the offset at `high`, to the second. */
function changeBetween(low, high, offset) {
    const wanted = offset(high);
    while (high - low > 1000) {
        const middle = Math.floor((low + high) / 2000) * 1000;
        if (middle <= low) break;
        if (offset(middle) === wanted) high = middle;
        else low = middle;
    }
    return high;
}
