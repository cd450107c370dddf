// Counts that only the hub knows: how many tickets match each query of a page. Asked again after
// events, once for many events.

import { Emitter, scheduleTimer } from '../sdk/parts.js';
import { countOf } from './hub-list.js';

const SOON_MS = 400;
const EVERY_MS = 2500;
const AT_ONCE = 3;

/** Emits `change`. */
export class HubCounts extends Emitter {
    #numbers = new Map();
    #cancel = null;
    #isAsking = false;
    #askedAt = -Infinity;

    /**
     * @param {{tickets: (query: object) => Promise<object>}} api
     * @param {() => Map<string, {query: object, statuses: string[]}>} questions queries by name;
     *     empty: nothing to ask now
     */
    constructor(api, questions, { schedule = scheduleTimer, now = () => Date.now() } = {}) {
        super();
        Object.assign(this, { api, questions, schedule, now });
    }

    /** @returns {number|undefined} undefined until the hub has answered */
    of(name) {
        return this.#numbers.get(name);
    }

    refreshSoon() {
        if (this.#cancel) return;
        this.#cancel = this.schedule(() => {
            this.#cancel = null;
            if (this.#isAsking) this.refreshSoon();
            else this.refresh();
        }, Math.max(SOON_MS, this.#askedAt + EVERY_MS - this.now()));
    }

    async refresh() {
        this.#isAsking = true;
        this.#askedAt = this.now();
        const numbers = new Map();
        const questions = [...this.questions()];
        // One answer counts all statuses, so names that differ only in statuses share it.
        const answers = new Map();
        const ask = (query) => {
            const key = JSON.stringify(query);
            if (!answers.has(key)) answers.set(key, this.api.tickets({ ...query, limit: 1 }));
            return answers.get(key);
        };
        try {
            for (let from = 0; from < questions.length; from += AT_ONCE) {
                await Promise.all(questions.slice(from, from + AT_ONCE).map(async ([name, { query, statuses }]) =>
                    numbers.set(name, countOf(await ask(query), statuses))));
            }
            this.#numbers = numbers;
            this.emit('change');
        } catch {
            // The known numbers stay; the next change asks again.
        }
        this.#isAsking = false;
    }
}
