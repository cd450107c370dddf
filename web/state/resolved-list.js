// Resolved and closed tickets: not in the live queue, so they are asked for by REST when the list
// may have grown.

import { Emitter, scheduleTimer } from '../sdk/parts.js';

const SOON_MS = 500;
const PAGE = 100;

export class ResolvedList extends Emitter {
    snapshots = [];
    count = 0;
    #cancel = null;
    #asked = 0;
    #running = 0;

    constructor(api, { schedule = scheduleTimer } = {}) {
        super();
        Object.assign(this, { api, schedule });
    }

    /** Several tickets that leave together cause one request. */
    refreshSoon() {
        this.#cancel?.();
        this.#cancel = this.schedule(() => this.refresh(), SOON_MS);
    }

    async refresh() {
        const asked = (this.#asked += 1);
        this.#running += 1;
        try {
            const page = await this.api.tickets({
                status: ['resolved', 'closed'],
                sort: '-updatedAt',
                limit: PAGE,
            });
            if (asked !== this.#asked) return;
            this.snapshots = page.tickets;
            const { resolved = 0, closed = 0 } = page.counts?.status ?? {};
            this.count = Math.max(resolved + closed, page.tickets.length);
            this.emit('change');
        } catch {
            // The loaded list stays; the next change asks again.
        } finally {
            this.#running -= 1;
        }
    }

    /** Removes a reopened ticket: it is in the live queue now. */
    remove(id) {
        if (this.#running > 0) {
            // Its answer may still list the ticket.
            this.#asked += 1;
            this.refreshSoon();
        }
        const before = this.snapshots.length;
        this.snapshots = this.snapshots.filter((snapshot) => snapshot.id !== id);
        if (this.snapshots.length === before) return;
        this.count -= 1;
        this.emit('change');
    }
}
