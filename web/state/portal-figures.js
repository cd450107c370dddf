// The figures of an overview for the last thirty days, when the page has not loaded all of a
// client's tickets: collected from the hub page by page, newest first.

import { Emitter, scheduleTimer } from '../sdk/parts.js';
import { overviewTiles } from './portal-view.js';

const DAYS_30 = 30 * 86_400_000;
const PAGE = 200;
const PAGES_MAX = 10;
const SOON_MS = 400;
const EVERY_MS = 10_000;

/** Emits `change`. */
export class PortalFigures extends Emitter {
    #snapshots = null;
    #project;
    #cancel = null;
    #askedAt = -Infinity;

    constructor(api, clock, { schedule = scheduleTimer } = {}) {
        super();
        Object.assign(this, { api, clock, schedule });
    }

    /** @returns {object|null} `resolved`, `medianMs`, `answered`; null until the hub has answered */
    tiles(project) {
        if (project !== this.#project || !this.#snapshots) return null;
        const { resolved, medianMs, answered } = overviewTiles([...this.#snapshots.values()], this.clock.now());
        return { resolved, medianMs, answered };
    }

    refreshSoon(project) {
        const isOther = project !== this.#project;
        if (this.#cancel && !isOther) return;
        this.#cancel?.();
        this.#project = project;
        if (isOther) this.#snapshots = null;
        const rested = isOther ? 0 : this.#askedAt + EVERY_MS - this.clock.now();
        this.#cancel = this.schedule(() => this.#gather(project), Math.max(SOON_MS, rested));
    }

    async #gather(project) {
        this.#cancel = null;
        this.#askedAt = this.clock.now();
        const since = new Date(this.clock.now() - DAYS_30).toISOString();
        const query = project === null ? {} : { project: [project] };
        const snapshots = new Map();
        try {
            await this.#pages({ ...query, sort: '-createdAt' }, snapshots, ({ createdAt }) => createdAt >= since);
            await this.#pages({ ...query, status: ['resolved', 'closed'], sort: '-updatedAt' }, snapshots,
                ({ updatedAt }) => updatedAt >= since);
        } catch {
            return;  // the known figures stay; the next change asks again
        }
        if (project !== this.#project) return;
        this.#snapshots = snapshots;
        this.emit('change');
    }

    async #pages(query, snapshots, isWithin) {
        let cursor;
        for (let page = 0; page < PAGES_MAX; page += 1) {
            const { tickets, next } = await this.api.tickets({ ...query, limit: PAGE, cursor });
            for (const snapshot of tickets) snapshots.set(snapshot.id, snapshot);
            if (!next || !isWithin(tickets.at(-1))) return;
            cursor = next;
        }
    }
}
