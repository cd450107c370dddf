// The page's address: project, view, ticket. The page keeps this state nowhere else.

const NAMES = [
    'project', 'view', 'ticket', 'q', 'new', 'panel', 'tab', 'sort',
    'status', 'priority', 'category', 'assignee', 'watching', 'sla', 'tag', 'from', 'to',
];

/** @returns {Record<string, string|null>} by name, of those above */
export function readRoute(search) {
    const query = new URLSearchParams(search);
    const route = Object.fromEntries(NAMES.map((name) => [name, query.get(name) || null]));
    return { ...route, ticket: asRef(route.ticket) };
}

/** A reference is the same in small letters: `t-1` was typed, `T-1` is meant. */
const asRef = (ticket) => (/^[a-z]+-\d+$/i.test(ticket ?? '') ? ticket.toUpperCase() : ticket);

/** Keeps what it does not know (`lang`), changes what it is given; null removes. */
export function writeRoute(search, changes) {
    const query = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') query.delete(name);
        else query.set(name, value);
    }
    const text = query.toString();
    return text ? `?${text}` : '';
}
