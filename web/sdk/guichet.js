// The hub's client, for browsers and Node 20 or later, without dependencies: one import gives a
// connection that mends itself, commands with answers, rooms that resume where they were, a live
// queue, and an outbox that sends each message once. Our own pages run on it.

import { Connection } from './connection.js';
import { Outbox } from './outbox.js';
import { CommandError, Emitter, makeKey, socketURL } from './wire.js';

export { Connection } from './connection.js';
export { Outbox } from './outbox.js';
export { Pacer, ServerClock } from './timing.js';
export * from './wire.js';

/**
 * A ticket that is listened to. Emits `event` (each once, in order, none left out), `joined`,
 * `presence`, `typing`, `read`, `removed`.
 */
export class RoomHandle extends Emitter {
    /** The newest event seen: where a resume starts. */
    seq = 0;
    head = null;
    #isJoining = false;
    #isOver = false;

    constructor(hub, ticket, after) {
        super();
        Object.assign(this, { hub, ticket, after });
        this.id = ticket;
        this.stops = [
            hub.connection.on('hello', () => this.resume()),
            ...['event', 'behind', 'presence', 'typing', 'read', 'removed'].map((type) =>
                hub.connection.on(type, (frame) => frame.ticket === this.id && this.#take(frame))),
        ];
    }

    /** Asks for what was missed since the newest event; the first time, for the newest page. */
    async resume() {
        if (this.#isJoining || this.#isOver) return;
        this.#isJoining = true;
        const after = this.head ? this.seq : this.after;
        const start = after === undefined ? {} : { after };
        try {
            const joined = await this.hub.connection.command({
                type: 'join',
                ticket: this.ticket,
                ...start,
            });
            this.id = joined.ticket.id;
            this.head = joined.ticket;
            if (joined.reset) this.seq = 0;
            for (const event of joined.events) this.#apply(event);
            if (!joined.more || after === undefined) this.seq = Math.max(this.seq, joined.seq);
            this.emit('joined', joined);
            this.#isJoining = false;
            if (joined.more && after !== undefined) await this.resume();
        } finally {
            this.#isJoining = false;
        }
    }

    leave() {
        this.#isOver = true;
        for (const stop of this.stops) stop();
        if (!this.hub.connection.isLive) return Promise.resolve();
        return this.hub.connection.command({ type: 'leave', ticket: this.id });
    }

    #take(frame) {
        if (frame.type === 'removed') {
            this.#isOver = true;
            for (const stop of this.stops) stop();
        }
        if (frame.type === 'behind' || (frame.type === 'event' && frame.prev > this.seq)) {
            return void this.resume().catch((error) => this.emit('error', error));
        }
        if (frame.type === 'event') this.#apply(frame);
        else this.emit(frame.type, frame);
    }

    #apply(event) {
        if (event.seq <= this.seq) return;
        this.seq = event.seq;
        this.emit('event', event);
    }
}

/** All of it for one person: `new Hub({ url: 'https://hub', token }).open()`. */
export class Hub {
    /** @param {{url: string, token: string, storage?: object, openSocket?: Function}} options */
    constructor({ url, token, storage, openSocket, schedule, random, clock }) {
        const address = new URL(url);
        this.connection = new Connection({
            url: socketURL(address), token, openSocket, schedule, random, clock,
        });
        this.outbox = new Outbox(this.connection, { storage, schedule });
    }

    /** @returns {Promise<object>} the first `hello` */
    open() {
        const greeted = new Promise((resolve, reject) => {
            const stops = [
                this.connection.on('hello', (hello) => (finish(), resolve(hello))),
                this.connection.on('status', (status) => {
                    if (status !== 'signed-out') return;
                    finish();
                    reject(new CommandError({ code: 'unauthorized' }));
                }),
            ];
            const finish = () => stops.forEach((stop) => stop());
        });
        this.connection.open();
        return greeted;
    }

    close() {
        this.connection.close();
    }

    /** Listens to a ticket, by id or ref; `after` starts at a known event. */
    async join(ticket, { after } = {}) {
        const room = new RoomHandle(this, ticket, after);
        await room.resume();
        return room;
    }

    /** A message that survives drops; settled by the outbox's `sent` event. */
    send(ticket, fields, options) {
        const given = typeof fields === 'string' ? { body: fields } : fields;
        return this.outbox.post(ticket, given, 0, options);
    }

    /** @param {{set?: object, action?: string, ifSeq?: number}} changes */
    update(ticket, changes) {
        return this.connection.command({ type: 'update', ticket, key: makeKey(), ...changes });
    }

    /**
     * The live queue (staff). `onChange` gets `{op: 'reset', tickets, counts}` first and after
     * each reconnect, then the hub's `upsert` and `remove` frames.
     * @returns {() => void} stops
     */
    queue(filter, onChange) {
        let rev = 0;
        const join = async () => {
            const { tickets, counts, more, rev: at } =
                await this.connection.command({ type: 'queue.join', filter });
            rev = at;
            onChange({ op: 'reset', tickets, counts, more });
        };
        const again = () => void join().catch(() => {});  // the next hello asks again
        const stops = [
            this.connection.on('hello', again),
            this.connection.on('queue.event', (frame) => {
                if (frame.rev > rev + 1) return again();
                rev = frame.rev;
                onChange(frame);
            }),
        ];
        if (this.connection.isLive) again();
        return () => stops.forEach((stop) => stop());
    }
}
