// One ticket's conversation in this page: a window of its event log, presence, read marks.

import { placeAfter } from '../sdk/event-order.js';
import { Emitter } from '../sdk/parts.js';
import { foldSnapshot, redactedBy } from '../sdk/ticket-head.js';
import { newerSnapshot } from './snapshot.js';

/** A typing signal counts for this long without another (docs/protocol.md 7.8). */
export const TYPING_EXPIRES_MS = 6000;

/**
 * Emits `change` with what changed: `joined`, `event`, `older`, `snapshot`, `presence`, `reads`,
 * `typing`, `gone`, `problem`.
 */
export class Room extends Emitter {
    snapshot = null;
    /** Ascending by `seq`; the visible part of the log may have gaps. */
    events = [];
    /** The newest received event: a rejoin starts after it. */
    newest = 0;
    hasOlder = false;
    isLoaded = false;
    /** `missing`: does not exist or was never visible; `removed`: no longer visible. */
    gone = null;
    /** The error of the last join; the next answer clears it. */
    problem = null;
    present = [];
    /** Person id → `seq`. */
    reads = new Map();
    /** Person id → `{by, internal, until}`. */
    typing = new Map();

    constructor(id, now = () => Date.now()) {
        super();
        this.id = id;
        this.now = now;
    }

    /**
     * @param {object} joined the hub's answer
     * @param {number|undefined} after the `after` of the request; undefined for a fresh window
     * @returns {object[]} the events that were new
     */
    applyJoined(joined, after) {
        const isFresh = after === undefined || joined.reset === true;
        if (isFresh) {
            this.events = [];
            this.newest = 0;
            this.hasOlder = joined.more === true;
        }
        const applied = joined.events.filter((event) => this.#append(event));
        // After a partial page `newest` is its last event, so that the next page starts there.
        if (isFresh || !joined.more) this.newest = Math.max(this.newest, joined.seq);
        this.snapshot = newerSnapshot(this.snapshot, joined.ticket);
        this.gone = this.problem = null;
        this.isLoaded = true;
        this.present = joined.present ?? [];
        for (const { by, seq } of joined.reads ?? []) this.reads.set(personID(by), seq);
        this.emit('change', 'joined');
        return applied;
    }

    /**
     * @returns {'applied'|'known'|'gap'} `gap`: an earlier event is missing, so it was not applied
     */
    applyEvent(event) {
        const place = placeAfter(event, this.newest);
        if (place !== 'next') return place;
        this.#append(event);
        this.snapshot = foldSnapshot(this.snapshot, event);
        if (event.message) this.typing.delete(event.by?.id);
        this.emit('change', 'event');
        return 'applied';
    }

    /** Adds a page of older events from `GET …/events?before=`. */
    applyOlder(page) {
        const oldest = this.events[0]?.seq ?? Infinity;
        this.events = [...page.events.filter(({ seq }) => seq < oldest), ...this.events];
        this.hasOlder = page.more === true && page.events.length > 0;
        this.emit('change', 'older');
    }

    setSnapshot(snapshot) {
        this.snapshot = newerSnapshot(this.snapshot, snapshot);
        this.emit('change', 'snapshot');
    }

    setPresent(present) {
        this.present = present;
        this.emit('change', 'presence');
    }

    setRead(by, seq) {
        const id = personID(by);
        this.reads.set(id, Math.max(seq, this.reads.get(id) ?? 0));
        this.emit('change', 'reads');
    }

    setTyping({ by, on, internal }) {
        if (on) {
            this.typing.set(by.id, {
                by,
                internal: internal === true,
                until: this.now() + TYPING_EXPIRES_MS,
            });
        }
        else this.typing.delete(by.id);
        this.emit('change', 'typing');
    }

    /** Who types now; also removes expired signals. */
    writers() {
        for (const [id, { until }] of this.typing) if (until <= this.now()) this.typing.delete(id);
        return [...this.typing.values()];
    }

    setProblem(problem) {
        this.problem = problem;
        this.emit('change', 'problem');
    }

    setMissing() {
        this.gone = this.isLoaded ? 'removed' : 'missing';
        this.#forget();
    }

    setRemoved() {
        this.gone = 'removed';
        this.#forget();
    }

    /** Removes the ticket's content when the reader may no longer see it. */
    #forget() {
        this.events = [];
        this.typing.clear();
        this.present = [];
        this.emit('change', 'gone');
    }

    #append(event) {
        if (event.seq <= this.newest) return false;
        if (event.kind === 'redaction') {
            this.events = this.events.map((each) =>
                (each.seq === event.redacts ? redactedBy(each, event) : each));
        }
        this.events.push(event);
        this.newest = event.seq;
        return true;
    }
}

const personID = (person) => (typeof person === 'string' ? person : person.id);
