// The named parts of the queue, and the filter field: pure questions about heads.

const ACTIVE = ['open', 'in_progress', 'waiting'];

/** In the order of the navigation. `resolved` is not in the live queue: it is asked for by REST. */
export const QUEUE_VIEWS = ['unassigned', 'mine', 'waiting', 'all', 'resolved'];

/** Does this head belong to the view? */
export function belongs(view, head, me) {
    switch (view) {
        case 'unassigned':
            return ['open', 'in_progress'].includes(head.status) && !head.assignedTo;
        case 'mine':
            return ACTIVE.includes(head.status) && head.assignedTo?.id === me;
        case 'waiting':
            return head.status === 'waiting';
        case 'resolved':
            return head.status === 'resolved' || head.status === 'closed';
        default:
            return ACTIVE.includes(head.status);
    }
}

/** @returns {Record<string, number>} a count per view */
export function countViews(heads, me) {
    const counts = Object.fromEntries(QUEUE_VIEWS.map((view) => [view, 0]));
    for (const head of heads) {
        for (const view of QUEUE_VIEWS) if (belongs(view, head, me)) counts[view] += 1;
    }
    return counts;
}

/** Every word must be somewhere in what the row shows; accents and case do not matter. */
export function matches(head, text) {
    const words = fold(text).split(/\s+/).filter(Boolean);
    if (words.length === 0) return true;
    const parts = [
        head.ref,
        head.title,
        head.client?.name,
        head.project,
        head.assignedTo?.name,
        head.lastMessage?.excerpt,
        head.description,
    ];
    const haystack = fold(parts.filter(Boolean).join(' '));
    return words.every((word) => haystack.includes(word));
}

const fold = (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase();
