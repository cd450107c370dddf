// Working-time arithmetic, equal to the hub's: open or closed, until when, and how much working
// time lies between two moments. The hours are expanded once into spans of UTC; each query is a
// binary search.

import { zoneSegments } from './zone-offsets.js';

const DAY = 86_400_000;
const MINUTE = 60_000;
const MARGIN_DAYS = 40;
/** A calendar with more holidays in a row than this never opens. */
const SEARCH_DAYS = 400;
/** The years that the hub expands; outside of them time runs around the clock. */
const FIRST_DAY = 10_957;
const LAST_DAY = 47_482;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export class WorkCalendar {
    /** Ascending and disjoint; `before`: the working time of all earlier ones. */
    #spans = [];
    #fromDay = Infinity;
    #untilDay = -Infinity;
    #week;
    #holidays;

    /**
     * Throws a RangeError for an unknown time zone.
     * @param {{name: string, timeZone: string, hours: Record<string, string[][]>, holidays?:
     *     string[]}} calendar
     * @param {number} now the middle of the first expanded range
     */
    constructor({ name, timeZone, hours, holidays = [] }, now = Date.now()) {
        Object.assign(this, { name, timeZone });
        this.#week = WEEKDAYS.map((day) => (hours[day] ?? [])
            .map(([from, to]) => [minutes(from), minutes(to)]).sort(([a], [b]) => a - b));
        this.#holidays = new Set(holidays.map((day) => Date.parse(`${day}T00:00:00Z`) / DAY));
        this.#cover(now, now);
    }

    /** @returns {boolean} */
    isOpen(at) {
        return this.openSpan(at) !== null;
    }

    /** @returns {{from: number, until: number}|null} the span of working time that contains `at` */
    openSpan(at) {
        this.#cover(at, at);
        const span = this.#spans[this.#firstEndingAfter(at)];
        return span && span.from <= at ? span : null;
    }

    /** @returns {{from: number, until: number}|null} the first span that begins after `at` */
    nextSpan(at) {
        for (let days = MARGIN_DAYS; days <= SEARCH_DAYS; days *= 3) {
            this.#cover(at, at + days * DAY);
            const found = this.#spans[this.#firstEndingAfter(at)];
            const next = found && found.from <= at
                ? this.#spans[this.#firstEndingAfter(found.until)]
                : found;
            if (next) return next;
        }
        return null;
    }

    /** Milliseconds of working time between two times; 0 if the second is not later. */
    worked(from, until) {
        if (until <= from) return 0;
        this.#cover(from, until);
        return this.#position(until) - this.#position(from);
    }

    /** @returns {Array<{from: number, until: number}>} the spans that touch `from` to `until` */
    spans(from, until) {
        this.#cover(from, until);
        return this.#spans.slice(this.#firstEndingAfter(from)).filter((span) => span.from < until);
    }

    #position(at) {
        const last = this.#spans.at(-1);
        const end = this.#untilDay * DAY;
        if (at >= end) return (last ? last.before + last.until - last.from : 0) + at - end;
        if (at < this.#fromDay * DAY) return at - this.#fromDay * DAY;
        const span = this.#spans[this.#firstEndingAfter(at)];
        if (!span) return last ? last.before + last.until - last.from : 0;
        return span.before + Math.max(0, at - span.from);
    }

    #firstEndingAfter(at) {
        let [low, high] = [0, this.#spans.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.#spans[middle].until > at) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    #cover(from, until) {
        if (!(from <= until)) return;  // an invalid time
        const first = Math.floor(from / DAY);
        const last = Math.floor(until / DAY) + 1;
        const isHere = (this.#fromDay <= first || this.#fromDay === FIRST_DAY) &&
            (last <= this.#untilDay || this.#untilDay === LAST_DAY);
        if (isHere) return;
        this.#fromDay = Math.max(FIRST_DAY, Math.min(this.#fromDay, first - MARGIN_DAYS));
        this.#untilDay = Math.min(LAST_DAY, Math.max(this.#untilDay, last + MARGIN_DAYS));
        this.#layOut();
    }

    /**
     * A moment is working time if the wall clock shows an hour of its weekday and the day is no
     * holiday. An hour that a clock change skips is not worked; an hour that it repeats is worked
     * twice.
     */
    #layOut() {
        this.#spans = [];
        for (const segment of zoneSegments(this.timeZone, this.#fromDay * DAY, this.#untilDay * DAY)) {
            const last = Math.floor((segment.until + segment.offset) / DAY);
            for (let day = Math.floor((segment.from + segment.offset) / DAY); day <= last; day += 1) {
                if (this.#holidays.has(day)) continue;
                const midnight = day * DAY - segment.offset;
                // 1970 began on a Thursday.
                for (const [from, to] of this.#week[(((day + 3) % 7) + 7) % 7]) {
                    this.#append(
                        Math.max(midnight + from * MINUTE, segment.from),
                        Math.min(midnight + to * MINUTE, segment.until));
                }
            }
        }
    }

    #append(from, until) {
        if (from >= until) return;
        const last = this.#spans.at(-1);
        if (last?.until === from) last.until = until;
        else {
            const before = last ? last.before + last.until - last.from : 0;
            this.#spans.push({ from, until, before });
        }
    }
}

const minutes = (text) => {
    const [hours, rest] = text.split(':').map(Number);
    return hours * 60 + rest;
};
