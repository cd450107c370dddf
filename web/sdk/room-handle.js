// One joined ticket: resumed after each break, without gaps and duplicates.

import { placeAfter } from './event-order.js';
import { KeptEvents } from './kept-events.js';
import { foldSnapshot } from './ticket-head.js';

/** How many events wait for the first listener. Further ones are then fetched from the hub. */
const EVENTS_KEPT_MAX = 2000;
const KEPT = { event: EVENTS_KEPT_MAX, joined: 1, presence: 1, removed: 1, error: 100 };
const KINDS = ['event', 'joined', 'presence', 'typing', 'read', 'removed', 'error'];
const AGAIN_SECONDS = 2;

/**
 * A joined ticket. Emits `event` (each once, in order, without gaps), `joined`, `presence`,
 * `typing`, `read`, `removed`, and `error` for a failure that no caller waits for.
 */
export class RoomHandle extends KeptEvents {
    /** The newest received event: a resume starts after it. */
    seq = 0;
    /** The ticket with all events up to `seq`. */
    head = null;
    #isJoining = false;
    #isOver = false;
    /** More events came than are kept: the first listener fetches the rest. */
    #isHeldBack = false;

    /**
     * @param {Hub} hub
     * @param {string} ticket an id or a ref
     * @param {{after?: number, onEvent?: Function}} options `after`: start after this event; `on…`
     *     for each kind: called from the answer to the join on
     */
    constructor(hub, ticket, { after, ...handlers } = {}) {
        super(KEPT);
        Object.assign(this, { hub, ticket, after });
        this.id = ticket;
        for (const kind of KINDS) {
            const handler = handlers[`on${kind[0].toUpperCase()}${kind.slice(1)}`];
            if (handler) this.on(kind, handler);
        }
        this.stops = [
            hub.connection.on('hello', () => this.#again()),
            ...['event', 'behind', 'presence', 'typing', 'read', 'removed'].map((type) =>
                hub.connection.on(type, (frame) => frame.ticket === this.id && this.#take(frame))),
        ];
    }

    /** The first `event` listener gets the kept events, and those beyond the limit. */
    on(kind, listener) {
        const stop = super.on(kind, listener);
        if (kind === 'event' && this.#isHeldBack) {
            this.#isHeldBack = false;
            this.#again();
        }
        return stop;
    }

    /** The hub hears each error of its rooms too, also one of a listener. */
    emit(kind, detail) {
        super.emit(kind, detail);
        if (kind === 'error') this.hub.emit('error', detail);
    }

    /** The first join. A failed one leaves no state behind and is not retried. */
    async start() {
        try {
            await this.resume();
        } catch (error) {
            this.#end();
            // The join may have succeeded with a late answer.
            if (error.code === 'timeout' && !this.hub.holds(this)) {
                this.hub.connection.command({ type: 'leave', ticket: this.ticket }).catch(() => {});
            }
            throw error;
        }
    }

    /** Fetches missed events since the newest one; the first time, the newest page. */
    async resume() {
        if (this.#isJoining || this.#isOver) return;
        this.#isJoining = true;
        try {
            while (await this.#join()) continue;
        } finally {
            this.#isJoining = false;
        }
    }

    /** @returns {Promise<void>} resolves once the hub knows, or is unreachable; never rejects */
    async leave() {
        if (this.#isOver) return;
        this.#end();
        if (!this.hub.connection.isLive || this.hub.holds(this)) return;
        await this.hub.connection.command({ type: 'leave', ticket: this.id }).catch(() => {});
    }

    /** One page. @returns {Promise<boolean>} whether there are more */
    async #join() {
        const after = this.head ? this.seq : this.after;
        const start = after === undefined ? {} : { after };
        const { connection } = this.hub;
        const joined = await connection.command({ type: 'join', ticket: this.ticket, ...start });
        if (this.#isOver) return false;
        const isFirst = !this.head;
        this.id = joined.ticket.id;
        this.head = joined.ticket;
        if (joined.reset) this.seq = 0;
        const isPage = isFirst && after === undefined;
        // Without `after` only new events count: a later listener has the page in `joined`.
        if (isPage && !this.isHeard('event')) this.seq = joined.seq;
        for (const event of joined.events) this.#apply(event);
        const isWhole = isPage || !joined.more;
        if (isWhole && !this.#isHeldBack) this.seq = Math.max(this.seq, joined.seq);
        this.emit('joined', joined);
        return !isWhole && !this.#isHeldBack && !this.#isOver;
    }

    #take(frame) {
        if (frame.type === 'removed') this.#end();
        if (frame.type === 'behind' || (frame.type === 'event' && placeAfter(frame, this.seq) === 'gap')) {
            return this.#again();
        }
        if (frame.type === 'event') this.#apply(frame);
        else this.emit(frame.type, frame);
    }

    #apply(event) {
        if (event.seq <= this.seq || this.#isHeldBack) return;
        if (this.isFull('event')) return void (this.#isHeldBack = true);
        this.seq = event.seq;
        this.head = foldSnapshot(this.head, event);
        this.emit('event', event);
    }

    /** Resumes without a waiting caller. */
    async #again() {
        if (this.#isHeldBack) return;
        try {
            await this.resume();
        } catch (error) {
            this.#failed(error);
        }
    }

    #failed(error) {
        // The caller of the first join gets its error; the next hello repairs a break.
        if (this.#isOver || error.code === 'disconnected') return;
        if (error.isGone) {
            this.#end();
            this.emit('removed', { type: 'removed', ticket: this.id });
        } else if (error.isTransient) {
            const seconds = error.frame.retryAfter ?? AGAIN_SECONDS;
            this.hub.connection.schedule(() => this.#again(), seconds * 1000);
        }
        this.emit('error', error);
    }

    #end() {
        this.#isOver = true;
        for (const stop of this.stops) stop();
        this.hub.forget(this);
    }
}
