// The content of a client's overview: four numbers and the last public events of their tickets.

const DAYS_30 = 30 * 86_400_000;
const ACTIVE = ['open', 'in_progress', 'waiting'];

/**
 * @param {object[]} snapshots of one project, or of all
 * @param {number} now the hub's clock
 */
export function overviewTiles(snapshots, now) {
    const since = now - DAYS_30;
    const answered = snapshots
        .filter(({ createdAt, sla }) => sla?.firstResponse?.metAt && Date.parse(createdAt) >= since)
        .map(({ createdAt, sla }) => Date.parse(sla.firstResponse.metAt) - Date.parse(createdAt))
        .sort((a, b) => a - b);
    return {
        open: snapshots.filter(({ status }) => ACTIVE.includes(status)).length,
        waiting: snapshots.filter(({ status }) => status === 'waiting').length,
        resolved: snapshots.filter(({ status, sla, updatedAt }) =>
            ['resolved', 'closed'].includes(status) &&
                Date.parse(sla?.resolvedAt ?? updatedAt) >= since).length,
        medianMs: answered.length === 0 ? null : middle(answered),
        answered: answered.length,
    };
}

const middle = (sorted) => {
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/**
 * @param {Array<{snapshot: object|null, events: object[]}>} rooms
 * @returns {Array<{snapshot: object, event: object}>} newest first
 */
export function activity(rooms, { project = null, limit = 20 } = {}) {
    return rooms
        .filter(({ snapshot }) => snapshot && (project === null || snapshot.project === project))
        .flatMap(({ snapshot, events }) => events.map((event) => ({ snapshot, event })))
        .filter(({ event }) => event.kind !== 'sla')
        .sort((a, b) => (a.event.at < b.event.at ? 1 : -1))
        .slice(0, limit);
}
