// Messages that are not yet confirmed. Each is sent at least once and stored exactly once.

import { Emitter, makeKey, scheduleTimer } from './wire.js';

const STAND_IN_MS = 10_000;

/**
 * @typedef {object} OutboxItem
 * @property {string} key
 * @property {'message'|'create'} type
 * @property {string|null} ticket
 * @property {object} fields the other fields of the frame
 * @property {number} at
 * @property {number} notBefore until then it can be taken back; 0: send at once
 * @property {'delayed'|'sending'|'queued'|'held'|'failed'|'sent'} state `held`: the compose guard
 *     refused it
 * @property {object|null} error
 * @property {number|null} seq given by the acknowledgement
 */

/**
 * Messages until their confirmation. Each has a key, is kept in `storage` until the hub has
 * acknowledged it, and is sent again after a drop or a reload. The hub stores a key once, so a
 * second send has no effect. Emits `change` with the ticket id, `held`, `failed` and `sent` with
 * the item (and the answer), and `error` when the storage fails.
 */
export class Outbox extends Emitter {
    /** @type {Map<string, OutboxItem>} */
    #items = new Map();
    #inFlight = new Set();

    /**
     * @param {Connection} connection
     * @param {{storage?: {all: () => Promise<OutboxItem[]>, put: (item: OutboxItem) => any,
     *     remove: (key: string) => any}, now?: () => number, schedule?: Function}} options
     */
    constructor(
        connection,
        { storage = null, now = () => Date.now(), schedule = scheduleTimer } = {},
    ) {
        super();
        Object.assign(this, { connection, storage, now, schedule });
        /** Resolves once the items of an earlier page are loaded. */
        this.restored = this.#restore();
        connection.on('hello', () => this.flush());
        connection.on('status', (status) => {
            if (status === 'live') return;
            for (const item of this.#items.values()) this.emit('change', item.ticket);
        });
    }

    /** An error of a listener must not stop a message. */
    emit(kind, detail) {
        try {
            super.emit(kind, detail);
        } catch (error) {
            console.error(error);
            if (kind !== 'error') this.emit('error', error);
        }
    }

    /** The number of unacknowledged items. */
    get size() {
        return this.all().filter(({ state }) =>
            ['sending', 'queued', 'delayed'].includes(state)).length;
    }

    /** @returns {OutboxItem[]} oldest first */
    all() {
        return [...this.#items.values()];
    }

    /** @returns {OutboxItem[]} the items of one ticket, oldest first */
    of(ticket) {
        return this.all().filter((item) => item.ticket === ticket);
    }

    /**
     * @param {string} ticket
     * @param {object} fields of the `message` frame
     * @param {number} sinceSeq the newest event on the screen: the message's own comes after it
     * @param {{delayMs?: number}} [options] how long it can be taken back
     * @returns {OutboxItem}
     */
    post(ticket, fields, sinceSeq = 0, { delayMs = 0 } = {}) {
        return this.#add({ type: 'message', ticket, fields, sinceSeq }, delayMs);
    }

    /** Creates a ticket; a form may pass a `key` that it keeps over its drafts. */
    create(set, key = makeKey()) {
        return this.#items.get(key) ??
            this.#add({ type: 'create', ticket: null, fields: { set }, sinceSeq: 0, key }, 0);
    }

    /** Sends a held, failed or delayed item now; `force` passes the compose guard. */
    retry(key, { force = false } = {}) {
        const item = this.#items.get(key);
        if (!item) return;
        if (force) item.fields = { ...item.fields, force: true };
        item.notBefore = 0;
        this.#send(item);
    }

    /** @returns {OutboxItem | undefined} the removed item, for callers that need its text */
    drop(key) {
        const item = this.#items.get(key);
        if (!item || this.#inFlight.has(key)) return undefined;
        this.#items.delete(key);
        this.#keep((storage) => storage.remove(key));
        this.emit('change', item.ticket);
        return item;
    }

    /**
     * The page closes: what may still be taken back goes out now, under its key, by `send` (a call
     * that outlives the page). The next page sends it again and gets the same acknowledgement.
     * @param {(item: OutboxItem) => void} send
     */
    handOver(send) {
        for (const item of this.all()) {
            if (item.state !== 'delayed') continue;
            item.notBefore = 0;
            send(item);
            this.#setState(item, 'queued');
        }
    }

    flush() {
        for (const item of this.all()) if (item.state === 'queued') this.#send(item);
    }

    #add(fields, delayMs) {
        const item = {
            key: makeKey(), at: this.now(), notBefore: delayMs > 0 ? this.now() + delayMs : 0,
            state: 'queued', error: null, seq: null, ...fields,
        };
        this.#items.set(item.key, item);
        if (delayMs > 0) this.#delay(item);
        else this.#send(item);
        return item;
    }

    #delay(item) {
        this.#setState(item, 'delayed');
        this.schedule(async () => {
            // Another tab may have taken back an item that this tab loaded from the storage.
            const kept = item.isRestored ? await this.#keep((storage) => storage.all()) : null;
            const isKept = !kept || kept.some(({ key }) => key === item.key);
            if (!isKept) return this.drop(item.key);
            if (this.#items.get(item.key) === item && item.state === 'delayed') this.#send(item);
        }, Math.max(0, item.notBefore - this.now()));
    }

    async #send(item) {
        if (this.#inFlight.has(item.key)) return;
        if (!this.connection.isLive) return this.#setState(item, 'queued');
        this.#inFlight.add(item.key);
        item.error = null;
        this.#setState(item, 'sending');
        const frame = { type: item.type, ...item.fields, key: item.key };
        if (item.ticket !== null) frame.ticket = item.ticket;
        try {
            const answer = await this.connection.command(frame);
            item.seq = answer.seq ?? null;
            this.#keep((storage) => storage.remove(item.key));
            item.state = 'sent';
            // Kept for a while in place of its event, which may arrive after the acknowledgement.
            this.schedule(() => this.drop(item.key), item.type === 'create' ? 0 : STAND_IN_MS);
            this.emit('change', item.ticket);
            this.emit('sent', { item, answer });
        } catch (error) {
            this.#refused(item, error);
        } finally {
            this.#inFlight.delete(item.key);
        }
    }

    #refused(item, error) {
        if (error.isTransient) {
            item.error = error.code === 'disconnected' ? null : error.frame;
            this.#setState(item, 'queued');
            // Without a drop nothing else would flush it.
            if (error.code !== 'disconnected') {
                this.schedule(() => this.flush(), 1000 * (error.frame.retryAfter ?? 2));
            }
            return;
        }
        // An item that cannot be encoded as JSON was never sent.
        item.error = error.frame ?? { code: 'bad_request', message: error.message };
        this.#setState(item, error.code === 'stale' ? 'held' : 'failed');
        this.emit(item.state, item);
    }

    #setState(item, state) {
        item.state = state;
        this.#keep((storage) => storage.put(item));
        this.emit('change', item.ticket);
    }

    /** A full or forbidden storage loses the stored copy, not the message in memory. */
    async #keep(action) {
        try {
            return this.storage ? await action(this.storage) : null;
        } catch (error) {
            this.emit('error', error);
            return null;
        }
    }

    async #restore() {
        // The listeners of a new outbox come first: the storage may fail at once.
        await null;
        const items = (await this.#keep((storage) => storage.all())) ?? [];
        for (const item of items) {
            if (!item?.key || !item.fields || this.#items.has(item.key)) continue;
            const isStuck = item.state === 'failed' || item.state === 'held';
            const state = isStuck ? item.state : 'queued';
            const restored = { type: 'message', ...item, state, isRestored: true };
            this.#items.set(item.key, restored);
            if (!isStuck && item.notBefore > this.now()) this.#delay(restored);
            else this.emit('change', item.ticket);
        }
        this.flush();
    }
}
