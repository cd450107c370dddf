// The orders of a queue, each equal to the hub's. The first is urgency: breached first, then the
// next deadline, then priority, then the oldest.

export const PRIORITIES = ['urgent', 'high', 'normal', 'low'];

/** Names of the orders, in the order of the menu. */
export const SORTS = ['urgency', 'deadline', 'waiting', 'activity', 'newest', 'oldest', 'priority'];

/** Snapshots are replaced, not changed, so a computed value stays valid. */
const deadlines = new WeakMap();

function nextDeadline(snapshot) {
    let at = deadlines.get(snapshot);
    if (at !== undefined) return at;
    const { sla } = snapshot;
    const due = sla?.nextDue?.deadlineAt ?? (sla?.state === 'running' ? sla.deadlineAt : null);
    at = due ? Date.parse(due) : Infinity;
    deadlines.set(snapshot, at);
    return at;
}

const isBreached = (snapshot, now) =>
    ['running', 'paused'].includes(snapshot.sla?.state) &&
        (snapshot.sla.breached || nextDeadline(snapshot) <= now);

const SOON_MS = 3_600_000;

/** @returns {'late'|'soon'|'later'} the part of the order by urgency that a ticket is in */
function partOf(snapshot, now) {
    if (isBreached(snapshot, now)) return 'late';
    return nextDeadline(snapshot) - now < SOON_MS ? 'soon' : 'later';
}

/**
 * The parts of a list that is ordered by urgency; none if nothing is late or due within an hour.
 * @param {object[]} snapshots
 * @returns {Array<{name: string, at: number, count: number}>} `at`: the index of its first ticket
 */
export function urgencyParts(snapshots, now) {
    const parts = new Map();
    snapshots.forEach((snapshot, index) => {
        const name = partOf(snapshot, now);
        const part = parts.get(name) ?? { name, at: index, count: 0 };
        parts.set(name, part);
        part.count += 1;
    });
    return parts.has('late') || parts.has('soon') ? [...parts.values()] : [];
}

/** @returns {(a: object, b: object) => number} for `sort`; total, because ids decide last */
export const byUrgency = (now) => (a, b) =>
    Number(isBreached(b, now)) - Number(isBreached(a, now)) ||
    compare(nextDeadline(a), nextDeadline(b)) ||
    byPriority(a, b) ||
    byAge(a, b);

const byPriority = (a, b) => PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority);

const byAge = (a, b) => compare(a.createdAt, b.createdAt) || compare(a.id, b.id);

/** Tickets without a wait come last. */
const byWaiting = (a, b) =>
    Number(!a.waitingSince) - Number(!b.waitingSince) ||
    compare(a.waitingSince ?? '', b.waitingSince ?? '') || byAge(a, b);

/** Last activity first. */
export const byActivity = (a, b) => compare(b.updatedAt, a.updatedAt) || compare(b.id, a.id);

/** The resolution deadline, which the hub's order uses too. */
const deadlineOf = ({ sla }) => (sla?.deadlineAt ? Date.parse(sla.deadlineAt) : Infinity);

/** @param {string} name one of SORTS */
export function orderBy(name, now) {
    switch (name) {
        case 'deadline':
            return (a, b) => compare(deadlineOf(a), deadlineOf(b)) || compare(a.id, b.id);
        case 'waiting':
            return byWaiting;
        case 'activity':
            return byActivity;
        case 'newest':
            return (a, b) => byAge(b, a);
        case 'oldest':
            return byAge;
        case 'priority':
            return (a, b) => byPriority(a, b) || byAge(a, b);
        default:
            return byUrgency(now);
    }
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
