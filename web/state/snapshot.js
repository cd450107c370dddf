// Snapshots of tickets in the page's lists; sdk/ticket-head.js folds events into them.

import { CLOCK_FIELDS } from './ticket-fields.js';

/** True when the event may have changed a clock, which only the hub can compute. */
export function movesClocks(event) {
    if (event.sla?.length > 0) return true;
    if (event.message && !event.message.internal) return true;
    return CLOCK_FIELDS.some((field) => event.changes?.[field] !== undefined);
}

/** The newer of two snapshots of one ticket; at equal `seq` the second, which arrived later. */
export const newerSnapshot = (known, given) => (known && known.seq > given.seq ? known : given);
