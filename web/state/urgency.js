// The order of the queue: breached first, then the next deadline, then priority, then the oldest.

export const PRIORITIES = ['urgent', 'high', 'normal', 'low'];

const nextDeadline = (head) => {
    const due = head.sla?.nextDue?.deadlineAt ?? (
        head.sla?.state === 'running'
            ? head.sla.deadlineAt
            : null
    );
    return due ? Date.parse(due) : Infinity;
};

const isBreached = (head, now) =>
    ['running', 'paused'].includes(head.sla?.state) &&
        (head.sla.breached || nextDeadline(head) <= now);

/** @returns {(a: object, b: object) => number} for `sort`; stable, since ids decide last */
export const byUrgency = (now) => (a, b) =>
    Number(isBreached(b, now)) - Number(isBreached(a, now)) ||
    compare(nextDeadline(a), nextDeadline(b)) ||
    PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
    compare(a.waitingSince ?? a.createdAt, b.waitingSince ?? b.createdAt) ||
    compare(a.id, b.id);

/** Last activity first. */
export const byActivity = (a, b) => compare(b.updatedAt, a.updatedAt) || compare(a.id, b.id);

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
