// What the address says: which project, view, ticket. The page's own state lives nowhere else.

const NAMES = [
    'project', 'view', 'ticket', 'q', 'new', 'panel', 'tab', 'sort',
    'status', 'priority', 'category', 'assignee', 'watching', 'sla', 'tag', 'from', 'to',
];

/** @returns {Record<string, string|null>} by name, of those above */
export function readRoute(search) {
    const query = new URLSearchParams(search);
    return Object.fromEntries(NAMES.map((name) => [name, query.get(name) || null]));
}

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
