// Finds tickets that have just become near, critical or late.

import { slaView } from './sla.js';

const ALWAYS = () => null;

const RANK = { ok: 0, warn: 1, critical: 2, breached: 3 };

/**
 * @param {Map<string, number>} known ticket id → the worst state seen; kept up to date
 * @param {object[]} snapshots
 * @param {number} now the hub's clock
 * @param {(snapshot: object) => object|null} hoursOf the calendar of a ticket's clocks
 * @returns {Array<{snapshot: object, state: string, minutes: number}>} the tickets that got worse; a
 *     ticket seen for the first time is not among them
 */
export function crossings(known, snapshots, now, hoursOf = ALWAYS) {
    const crossed = [];
    for (const snapshot of snapshots) {
        const { state, ms, clock } = slaView(snapshot.sla, now, hoursOf(snapshot));
        const rank = RANK[state];
        const key = `${snapshot.id} ${clock}`;
        if (rank === undefined) continue;
        const before = known.get(key);
        if (before !== undefined && rank > before) {
            crossed.push({ snapshot, state, minutes: Math.ceil(ms / 60_000) });
        }
        known.set(key, rank);
    }
    return crossed;
}
