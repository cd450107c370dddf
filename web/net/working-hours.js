// The working hours of a ticket's clocks. The hub sends them once for each connection. The code
// that computes with them is fetched only if the hub has calendars; most have none.

import { Emitter } from '../sdk/parts.js';

/** Emits `change` when other hours apply. */
export class WorkingHours extends Emitter {
    /** Counts the changes, so that users of the hours can cache results. */
    version = 0;
    /** The fetched code for working hours; null as long as there are none. */
    parts = null;
    #levels = null;

    /**
     * @param {import('./api.js').API} api
     * @param {() => Promise<object>} load
     */
    constructor(api, load) {
        super();
        Object.assign(this, { api, load });
    }

    /** @returns {import('../state/work-calendar.js').WorkCalendar|null} null: around the clock */
    of = (snapshot) => this.#levels?.calendarOf(snapshot) ?? null;

    async refresh(now) {
        let answer;
        try {
            answer = await this.api.sla();
        } catch {
            return;  // an older hub has no such call; without a connection, the next greeting asks again
        }
        const hasHours = answer.policies?.some(({ calendar }) => calendar) ?? false;
        if (!hasHours && !this.#levels) return;
        this.parts = await this.load();
        this.#levels = hasHours ? new this.parts.ServiceLevels(answer, now) : null;
        this.version += 1;
        this.emit('change');
    }
}
