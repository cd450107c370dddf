// Which calendar a ticket's clocks use: the first policy that matches the ticket names one, or
// none.

import { WorkCalendar } from './work-calendar.js';

const FIELDS = ['priority', 'category', 'project'];

export class ServiceLevels {
    #calendars = new Map();
    #policies;
    /** A cache: a ticket's three fields → its calendar. There are few combinations and many tickets. */
    #found = new Map();

    /** @param {{calendars?: object[], policies?: object[]}} answer of `GET /api/sla` */
    constructor({ calendars = [], policies = [] }, now = Date.now()) {
        this.#policies = policies;
        for (const calendar of calendars) {
            try {
                this.#calendars.set(calendar.name, new WorkCalendar(calendar, now));
            } catch (error) {
                // This browser does not know the zone: the clocks are shown around the clock.
                if (!(error instanceof RangeError)) throw error;
            }
        }
    }

    /** @returns {object|null} the policy; null where none matches */
    policyOf(snapshot) {
        return this.#policies.find(({ match = {} }) =>
            FIELDS.every((field) => fits(match[field], snapshot[field]))) ?? null;
    }

    /** @returns {WorkCalendar|null} null: every hour counts */
    calendarOf(snapshot) {
        const key = FIELDS.map((field) => snapshot[field]).join('\n');
        if (!this.#found.has(key)) {
            this.#found.set(key, this.#calendars.get(this.policyOf(snapshot)?.calendar) ?? null);
        }
        return this.#found.get(key);
    }
}

/** One value or a list; an absent condition matches everything. */
const fits = (wanted, value) =>
    wanted === undefined || wanted === null || [wanted].flat().includes(value);
