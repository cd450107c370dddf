// The tickets that mention a person, fetched one by one if no list has them.

import { Emitter } from '../sdk/parts.js';

/** The newest ones; older ones can be found by a search. */
const FETCHED_MAX = 50;

/** Emits `change`. */
export class MentionedSnapshots extends Emitter {
    snapshots = new Map();
    #asked = new Set();

    /** @param {{ticket: (id: string) => Promise<object>}} api @param {() => Set<string>} mentioned */
    constructor(api, mentioned) {
        super();
        Object.assign(this, { api, mentioned });
    }

    /** @param {(id: string) => boolean} isKnown elsewhere on the page */
    async fetch(isKnown) {
        const missing = [...this.mentioned()].filter((id) => !this.#asked.has(id) && !isKnown(id));
        for (const id of missing.slice(0, FETCHED_MAX)) {
            this.#asked.add(id);
            try {
                const { messages, history, more, ...snapshot } = await this.api.ticket(id);
                this.snapshots.set(id, snapshot);
                this.emit('change');
            } catch (error) {
                // The ticket is no longer visible, or the next call asks again.
                if (error.code === 'not_found') this.mentioned().delete(id);
                else this.#asked.delete(id);
            }
        }
    }
}
