// The page's address: project, view, ticket. The page keeps this state nowhere else.

const NAMES = [
    'project', 'view', 'ticket', 'q', 'new', 'panel', 'tab', 'sort',
    'status', 'priority', 'category', 'assignee', 'watching', 'sla', 'tag', 'from', 'to',
];

/** @returns {Record<string, string|null>} by the names above */
export function readRoute(search) {
    const query = new URLSearchParams(search);
    const route = Object.fromEntries(NAMES.map((name) => [name, query.get(name) || null]));
    return { ...route, ticket: asRef(route.ticket) };
}

/** References ignore case: `t-1` means `T-1`. */
const asRef = (ticket) => (/^[a-z]+-\d+$/i.test(ticket ?? '') ? ticket.toUpperCase() : ticket);

/** Keeps unknown parameters (`lang`), sets the given ones; null removes. */
export function writeRoute(search, changes) {
    const query = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') query.delete(name);
        else query.set(name, value);
    }
    const text = query.toString();
    return text ? `?${text}` : '';
}
