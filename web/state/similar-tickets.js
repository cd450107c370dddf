// Tickets similar to the one being written: from the loaded tickets, and from the hub if not all
// are loaded.

import { alike, wordsAlike } from './fuzzy.js';

const TYPING_MS = 300;
/** The hub is asked for so many words, the longest first, because they are the most specific. */
const ASKED_MAX = 2;
const FOUND_MAX = 20;

export class SimilarTickets {
    #turn = 0;

    /**
     * @param {{tickets: (query: object) => Promise<object>}} api
     * @param {() => {snapshots: Iterable<object>, project: string|null, hasMore: boolean}} read
     */
    constructor(api, read, { wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = {}) {
        Object.assign(this, { api, read, wait });
    }

    /** @returns {Promise<object[]|null>} the most similar first; null: the text has changed meanwhile */
    async find(text) {
        const turn = ++this.#turn;
        const { snapshots, project, hasMore } = this.read();
        const known = new Map([...snapshots].filter((snapshot) => project === null || snapshot.project === project)
            .map((snapshot) => [snapshot.id, snapshot]));
        const words = hasMore ? [...new Set(wordsAlike(text))].sort((a, b) => b.length - a.length) : [];
        if (words.length > 0) {
            await this.wait(TYPING_MS);
            if (turn !== this.#turn) return null;
            const narrowed = project === null ? {} : { project: [project] };
            const asked = words.slice(0, ASKED_MAX).map((q) =>
                this.api.tickets({ ...narrowed, q, limit: FOUND_MAX }).catch(() => ({ tickets: [] })));
            for (const { tickets } of await Promise.all(asked)) {
                for (const snapshot of tickets) if (!known.has(snapshot.id)) known.set(snapshot.id, snapshot);
            }
        }
        return turn === this.#turn ? alike([...known.values()], text, ({ title }) => title) : null;
    }
}
