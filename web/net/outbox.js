// Messages on their way. Each has a key, is kept until the hub has acknowledged it, and is sent
// again after
// a drop or a reload: the hub stores a key once, so again is never twice.

import { Emitter } from './emitter.js';
import { scheduleTimer } from './pacer.js';
import { makeKey } from './protocol.js';

const STAND_IN_MS = 10_000;

/**
 * @typedef {object} OutboxItem
 * @property {string} key
 * @property {string} ticket
 * @property {object} fields what the `message` frame carries besides
 * @property {number} at
 * @property {'sending'|'queued'|'held'|'failed'|'sent'} state `held`: the compose guard refused it
 * @property {object|null} error
 * @property {number|null} seq given by the acknowledgement
 */

/** Emits `change` with the ticket id, `held` and `sent` with the item. */
export class Outbox extends Emitter {
    /** @type {Map<string, OutboxItem>} */
    #items = new Map();
    #inFlight = new Set();

    constructor(connection, { storage, name, now = () => Date.now(), schedule = scheduleTimer }) {
        super();
        Object.assign(this, { connection, storage, name, now, schedule });
        for (const item of this.#restore()) this.#items.set(item.key, { ...item, state: 'queued' });
        connection.on('hello', () => this.flush());
        connection.on('status', (status) => {
            if (status !== 'live') {
                for (const item of this.#items.values()) this.emit('change', item.ticket);
            }
        });
    }

    /** How many are not yet acknowledged. */
    get size() {
        return [...this.#items.values()].filter(({ state }) =>
            state === 'sending' || state === 'queued').length;
    }

    /** @returns {OutboxItem[]} oldest first */
    of(ticket) {
        return [...this.#items.values()].filter((item) => item.ticket === ticket);
    }

    /**
     * @param {number} sinceSeq the newest event on the screen: the message's own will come after it
     * @returns {OutboxItem}
     */
    post(ticket, fields, sinceSeq = 0) {
        const item = {
            key: makeKey(),
            ticket,
            fields,
            sinceSeq,
            at: this.now(),
            state: 'queued',
            error: null,
            seq: null,
        };
        this.#items.set(item.key, item);
        this.#send(item);
        return item;
    }

    /** A held or failed item, tried again; `force` passes the compose guard. */
    retry(key, { force = false } = {}) {
        const item = this.#items.get(key);
        if (!item) return;
        if (force) item.fields = { ...item.fields, force: true };
        this.#send(item);
    }

    /** @returns {OutboxItem | undefined} the item, for those who want its text back */
    drop(key) {
        const item = this.#items.get(key);
        this.#items.delete(key);
        if (item) this.#changed(item);
        return item;
    }

    flush() {
        for (const item of this.#items.values()) if (item.state === 'queued') this.#send(item);
    }

    async #send(item) {
        if (this.#inFlight.has(item.key)) return;
        if (!this.connection.isLive) return this.#setState(item, 'queued');
        this.#inFlight.add(item.key);
        this.#setState(item, 'sending');
        try {
            const ack = await this.connection.command({
                type: 'message',
                ticket: item.ticket,
                ...item.fields,
                key: item.key,
            });
            item.seq = ack.seq;
            this.#setState(item, 'sent');
            this.emit('sent', item);
            // Kept a while as a stand-in for its event, which may come after the acknowledgement.
            this.schedule(() => this.drop(item.key), STAND_IN_MS);
        } catch (error) {
            this.#refused(item, error);
        } finally {
            this.#inFlight.delete(item.key);
        }
    }

    #refused(item, error) {
        if (error.isTransient) {
            this.#setState(item, 'queued');
            // Without a drop nothing would come to flush it.
            if (error.code !== 'disconnected') {
                this.schedule(() => this.flush(), 1000 * (error.frame.retryAfter ?? 2));
            }
            return;
        }
        item.error = error.frame;
        this.#setState(item, error.code === 'stale' ? 'held' : 'failed');
        if (error.code === 'stale') this.emit('held', item);
    }

    #setState(item, state) {
        item.state = state;
        this.#changed(item);
    }

    #changed(item) {
        const kept = [...this.#items.values()].filter(({ state }) =>
            state === 'sending' || state === 'queued');
        this.storage?.setItem(this.name, JSON.stringify(kept));
        this.emit('change', item.ticket);
    }

    #restore() {
        try {
            const items = JSON.parse(this.storage?.getItem(this.name) ?? '[]');
            return Array.isArray(items)
                ? items.filter((item) => item?.key && item.ticket && item.fields)
                : [];
        } catch {
            return [];
        }
    }
}
