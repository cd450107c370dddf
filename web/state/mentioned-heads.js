// The tickets that mention a person, fetched one by one if no list has them.

import { Emitter } from '../sdk/parts.js';

/** The newest of them; older ones are found by their words. */
const FETCHED_MAX = 50;

/** Emits `change`. */
export class MentionedHeads extends Emitter {
    heads = new Map();
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
                const { messages, history, more, ...head } = await this.api.ticket(id);
                this.heads.set(id, head);
                this.emit('change');
            } catch (error) {
                // Out of sight by now, or asked for again with the next look.
                if (error.code === 'not_found') this.mentioned().delete(id);
                else this.#asked.delete(id);
            }
        }
    }
}
