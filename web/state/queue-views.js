// The named parts of the queue: pure functions of snapshots.

import { isNearOrLate, slaView } from './sla.js';

const NONE = new Set();
const ACTIVE = ['open', 'in_progress', 'waiting'];

/** In the order of the navigation. `resolved` is not in the live queue: REST loads it. */
export const QUEUE_VIEWS =
    ['unassigned', 'mine', 'watching', 'mentions', 'risk', 'waiting', 'all', 'resolved'];

const ALWAYS = () => null;

/**
 * Whether this snapshot belongs to the view. `any` is every loaded ticket; its filters select.
 * @param {Set<string>} mentioned ids of the tickets that mention this person
 * @param {(snapshot: object) => object|null} hoursOf the calendar of a ticket's clocks
 */
export function belongs(view, snapshot, me, now = Date.now(), mentioned = NONE, hoursOf = ALWAYS) {
    switch (view) {
        case 'unassigned':
            return ['open', 'in_progress'].includes(snapshot.status) && !snapshot.assignedTo;
        case 'mine':
            return ACTIVE.includes(snapshot.status) && snapshot.assignedTo?.id === me;
        case 'watching':
            return ACTIVE.includes(snapshot.status) &&
                (snapshot.watchers ?? []).some(({ id }) => id === me);
        case 'mentions':
            return mentioned.has(snapshot.id);
        case 'any':
            return true;
        case 'risk':
            return ACTIVE.includes(snapshot.status) && isNearOrLate(slaView(snapshot.sla, now, hoursOf(snapshot)));
        case 'waiting':
            return snapshot.status === 'waiting';
        case 'resolved':
            return snapshot.status === 'resolved' || snapshot.status === 'closed';
        default:
            return ACTIVE.includes(snapshot.status);
    }
}

/** @returns {Record<string, number>} a count per view */
export function countViews(snapshots, me, now = Date.now(), mentioned = NONE, hoursOf = ALWAYS) {
    const counts = Object.fromEntries(QUEUE_VIEWS.map((view) => [view, 0]));
    for (const snapshot of snapshots) {
        for (const view of QUEUE_VIEWS) {
            if (belongs(view, snapshot, me, now, mentioned, hoursOf)) counts[view] += 1;
        }
    }
    return counts;
}
