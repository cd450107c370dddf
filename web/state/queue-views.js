// The named parts of the queue: pure questions about heads.

import { slaView } from './sla.js';

const NONE = new Set();
const ACTIVE = ['open', 'in_progress', 'waiting'];

/** In the order of the navigation. `resolved` is not in the live queue: it is asked for by REST. */
export const QUEUE_VIEWS =
    ['unassigned', 'mine', 'watching', 'mentions', 'risk', 'waiting', 'all', 'resolved'];

/**
 * Does this head belong to the view? `any` is every ticket in hand: its filters say which.
 * @param {Set<string>} mentioned ids of the tickets in which this person is mentioned
 */
export function belongs(view, head, me, now = Date.now(), mentioned = NONE) {
    switch (view) {
        case 'unassigned':
            return ['open', 'in_progress'].includes(head.status) && !head.assignedTo;
        case 'mine':
            return ACTIVE.includes(head.status) && head.assignedTo?.id === me;
        case 'watching':
            return ACTIVE.includes(head.status) &&
                (head.watchers ?? []).some(({ id }) => id === me);
        case 'mentions':
            return mentioned.has(head.id);
        case 'any':
            return true;
        case 'risk':
            return ACTIVE.includes(head.status) && isAtRisk(head, now);
        case 'waiting':
            return head.status === 'waiting';
        case 'resolved':
            return head.status === 'resolved' || head.status === 'closed';
        default:
            return ACTIVE.includes(head.status);
    }
}

const isAtRisk = (head, now) =>
    ['warn', 'critical', 'breached'].includes(slaView(head.sla, now).state);

/** @returns {Record<string, number>} a count per view */
export function countViews(heads, me, now = Date.now(), mentioned = NONE) {
    const counts = Object.fromEntries(QUEUE_VIEWS.map((view) => [view, 0]));
    for (const head of heads) {
        for (const view of QUEUE_VIEWS) if (belongs(view, head, me, now, mentioned)) counts[view] += 1;
    }
    return counts;
}
