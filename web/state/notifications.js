// What happened to a person's tickets: a list that is read, and grows live. Empty and silent where
// the hub keeps none.

import { Emitter } from '../sdk/guichet.js';

/** More than this at once is told as one sum. */
const MANY = 5;

/** Emits `change`; `arrived` with the new ones (live, or found after an absence). */
export class Notifications extends Emitter {
    /** Newest first. */
    list = [];
    isOffered = false;
    #isLoaded = false;

    constructor({ api, connection }) {
        super();
        this.api = api;
        connection.on('hello', () => this.load());
        connection.on('notification', ({ type, ...notification }) => this.#take([notification]));
    }

    get unread() {
        return this.list.filter(({ read }) => !read).length;
    }

    async load() {
        try {
            const { notifications } = await this.api.request('GET', '/api/notifications');
            this.isOffered = true;
            const known = new Set(this.list.map(({ id }) => id));
            const isFirst = !this.#isLoaded;
            this.#isLoaded = true;
            const fresh = notifications.filter(({ id }) => !known.has(id));
            const reads = new Map(notifications.map(({ id, read }) => [id, read]));
            this.list = this.list.map((each) => ({ ...each, read: each.read || reads.get(each.id) === true }));
            this.#take(fresh, { isSilent: isFirst });
        } catch {
            this.emit('change');  // not offered, or not reachable: the next greeting asks again
        }
    }

    #take(fresh, { isSilent = false } = {}) {
        const known = new Set(this.list.map(({ id }) => id));
        const entered = fresh.filter(({ id }) => !known.has(id));
        this.list = [...entered, ...this.list].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 300);
        this.isOffered = true;
        this.emit('change');
        if (!isSilent && entered.length > 0) this.emit('arrived', entered);
    }

    /** @returns {Array<{ticket: string, ref: string, items: object[]}>} newest group first */
    groups() {
        const groups = new Map();
        for (const item of this.list) {
            const group = groups.get(item.ticket) ?? { ticket: item.ticket, ref: item.ref, items: [] };
            group.items.push(item);
            groups.set(item.ticket, group);
        }
        return [...groups.values()];
    }

    /** Opening a ticket reads what was said of it. */
    readTicket(ticket) {
        return this.#read(this.list.filter((each) => each.ticket === ticket && !each.read));
    }

    readAll() {
        return this.#read(this.list.filter(({ read }) => !read));
    }

    async #read(items) {
        if (items.length === 0) return;
        const ids = items.map(({ id }) => id);
        this.list = this.list.map((each) => (ids.includes(each.id) ? { ...each, read: true } : each));
        this.emit('change');
        await this.api.request('POST', '/api/notifications/read', { body: { ids } }).catch(() => {});
    }
}

/** @returns {{isMany: boolean, events: number, tickets: number}} how to tell of these at once */
export const summary = (items) => ({
    isMany: items.length > MANY,
    events: items.length,
    tickets: new Set(items.map(({ ticket }) => ticket)).size,
});
