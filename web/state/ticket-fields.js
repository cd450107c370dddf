// The table of the ticket fields that commands change. A new field takes an entry here and its
// texts.

/**
 * `isPublic`: clients see its changes. `movesClocks`: only the hub can compute what a change does to
 * the service levels. `line`: how the history words a change: `codes` (each with a text of its own),
 * `date`, `fact` (without its values) or `words`; `assignee` has sentences of its own. A date
 * is shown in lists and headers, and staff set it in the side panel.
 */
export const TICKET_FIELDS = {
    status: { isPublic: true, movesClocks: true, line: 'codes' },
    priority: { isPublic: true, movesClocks: true, line: 'codes' },
    category: { isPublic: true, movesClocks: true, line: 'codes' },
    title: { isPublic: true, line: 'words' },
    project: { isPublic: true, movesClocks: true, line: 'words' },
    assignedTo: { isPublic: true, line: 'assignee' },
    watchers: { line: 'fact' },
    tags: { line: 'words' },
    targetHours: { movesClocks: true, line: 'words' },
    dueAt: { isPublic: true, line: 'date' },
};

/** Names of the fields for which `is` holds. */
const namesOf = (is) => Object.keys(TICKET_FIELDS).filter((name) => is(TICKET_FIELDS[name]));

export const CLOCK_FIELDS = namesOf(({ movesClocks }) => movesClocks);
export const DATE_FIELDS = namesOf(({ line }) => line === 'date');

/** Clients see that the field changed. */
export const isPublicField = (name) => TICKET_FIELDS[name]?.isPublic === true;
