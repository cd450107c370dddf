// The hub's client, for browsers and Node 20 or later, without dependencies. One import gives a
// connection that reconnects, commands with answers, rooms that resume, a live queue, and an outbox
// that sends each message once. The hub's own pages use its parts.

import { Connection } from './connection.js';
import { KeptEvents } from './kept-events.js';
import { Outbox } from './outbox.js';
import { RoomHandle } from './room-handle.js';
import { askWhetherRefused, Session } from './session.js';
import { basePath, CommandError, makeKey, socketURL } from './wire.js';

export { RoomHandle } from './room-handle.js';
export * from './parts.js';

const AGAIN_SECONDS = 2;

/**
 * The whole client for one person: `new Hub({ url: 'https://hub', token }).open()`.
 *
 * Emits `error` (a failure that no caller waits for), `status`, `expiring`, `notification`, and
 * from the outbox `sent`, `held` and `failed`. Events of `error`, `failed` and `held` without a
 * listener are kept for the first one.
 */
export class Hub extends KeptEvents {
    #rooms = new Set();
    #session;
    /** Stops the current queue. */
    #stopQueue = null;
    /** Callers that wait for a greeting. */
    #waiting = new Set();

    /**
     * @param {{url: string, token?: string, getToken?: () => Promise<string>|string,
     *     storage?: object, openSocket?: Function, fetch?: Function}} options
     */
    constructor({ url, token, getToken, storage, openSocket, fetch, schedule, random, clock }) {
        super({ error: 100, failed: 100, held: 100 });
        const address = new URL(url);
        const base = basePath(address);
        const send = fetch ?? ((to, options) => globalThis.fetch(to, options));
        this.connection = new Connection({
            url: socketURL(address, base), token, openSocket, schedule, random, clock,
            isRefused: () => askWhetherRefused(address.origin + base, this.connection.token, send),
        });
        for (const kind of ['status', 'expiring', 'notification']) {
            this.connection.on(kind, (detail) => this.emit(kind, detail));
        }
        this.connection.on('hello', (hello) => this.#settle(({ resolve }) => resolve(hello)));
        this.#session = new Session(this.connection, {
            getToken,
            onEnd: (error) => this.#ended(error),
            onError: (error) => this.emit('error', error),
        });
        this.outbox = new Outbox(this.connection, { storage, schedule });
        for (const kind of ['sent', 'held', 'failed', 'error']) {
            this.outbox.on(kind, (detail) => this.emit(kind, detail));
        }
    }

    /** @returns {Promise<object>} the first `hello`; rejects when the hub refuses the token */
    open() {
        if (this.connection.isLive) return Promise.resolve(this.connection.hello);
        const greeted = this.#greeting();
        this.#session.open();
        return greeted;
    }

    /**
     * Sets a newer token of the same person. The socket stays; an ended session resumes with its
     * rooms and its outbox.
     * @returns {Promise<void>} resolves when the hub accepts it; rejects when it refuses it
     */
    async authenticate(token) {
        const isOver = this.connection.status === 'signed-out';
        await this.#session.authenticate(token);
        if (isOver && !this.connection.isLive) await this.#greeting();
    }

    close() {
        this.#session.close();
        this.connection.close();
        this.#settle(({ reject }) => reject(new CommandError({ code: 'disconnected' })));
    }

    /**
     * Joins a ticket, by id or ref. With `after`, every event after that one is delivered to
     * handlers that are given here (`onEvent`, `onJoined`, …) or to the first
     * `room.on('event', …)`. Without `after`, only new events are delivered; the newest page is in
     * the `joined` event, for a handler that is given here.
     */
    async join(ticket, options = {}) {
        const room = new RoomHandle(this, ticket, options);
        this.#rooms.add(room);
        await room.start();
        return room;
    }

    /** @returns {boolean} whether another handle has joined the same ticket */
    holds(room) {
        return [...this.#rooms].some((other) => other !== room &&
            [room.id, room.ticket].some((name) => name === other.id || name === other.ticket));
    }

    /** Removes a room that has ended. */
    forget(room) {
        this.#rooms.delete(room);
    }

    /** A message that survives drops; `sent`, `failed` or `held` reports its result. */
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
     * each reconnect, then the hub's `upsert` and `remove` frames. A refusal is an `error` event.
     * A connection has one queue, so this one replaces the previous one.
     * @returns {() => void} stops
     */
    queue(filter, onChange) {
        const { connection } = this;
        this.#stopQueue?.();
        let rev = 0;
        let isAsking = false;
        let isOver = false;
        const ask = async () => {
            if (isAsking || isOver) return;
            isAsking = true;
            try {
                const { tickets, counts, more, rev: at } =
                    await connection.command({ type: 'queue.join', filter });
                if (isOver) return;
                rev = at;
                tell({ op: 'reset', tickets, counts, more });
            } catch (error) {
                failed(error);
            } finally {
                isAsking = false;
            }
        };
        const tell = (change) => {
            try {
                onChange(change);
            } catch (error) {
                this.emit('error', error);
            }
        };
        const failed = (error) => {
            // The next hello asks again.
            if (isOver || error.code === 'disconnected') return;
            if (error.isTransient) connection.schedule(ask, 1000 * (error.frame.retryAfter ?? AGAIN_SECONDS));
            else stop();
            this.emit('error', error);
        };
        const stops = [
            connection.on('hello', () => void ask()),
            connection.on('queue.event', (frame) => {
                if (frame.rev > rev + 1) return void ask();
                rev = frame.rev;
                tell(frame);
            }),
        ];
        const stop = () => {
            isOver = true;
            for (const end of stops) end();
            if (this.#stopQueue === stop) this.#stopQueue = null;
        };
        this.#stopQueue = stop;
        if (connection.isLive) void ask();
        return stop;
    }

    #greeting() {
        const greeted = new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }));
        // A caller that does not wait gets the `error` event.
        greeted.catch(() => {});
        return greeted;
    }

    #settle(how) {
        const waiting = [...this.#waiting];
        this.#waiting.clear();
        for (const each of waiting) how(each);
    }

    /** Reports to callers that wait for the greeting, and to listeners. */
    #ended(error) {
        this.#settle(({ reject }) => reject(error));
        this.emit('error', error);
    }
}
