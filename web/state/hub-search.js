// Messages and notes are not on the page: the hub searches those, a moment after the typing.

const AFTER_MS = 300;
const WORDS_MAX = 200;

export class HubSearch {
    /** Ids of the tickets that the hub gave for the newest words. */
    found = new Set();
    #words = '';
    #timer = null;

    /** @param {{tickets: (query: object) => Promise<object>}} api @param {() => void} onFound */
    constructor(api, onFound) {
        Object.assign(this, { api, onFound });
    }

    ask(words) {
        clearTimeout(this.#timer);
        this.found = new Set();
        this.#words = words.trim();
        if (this.#words.length < 2) return;
        this.#timer = setTimeout(() => this.#search(this.#words), AFTER_MS);
    }

    async #search(words) {
        try {
            const { tickets } = await this.api.tickets({ q: words.slice(0, WORDS_MAX), limit: 200 });
            if (words !== this.#words) return;
            this.found = new Set(tickets.map(({ id }) => id));
            this.onFound();
        } catch {
            // What the rows say is searched all the same.
        }
    }
}
