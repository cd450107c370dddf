// A person's notifications: a live list with a read state that all tabs share. Empty if the hub
// keeps none.

import { Emitter } from '../sdk/parts.js';

/** More than this at once are announced as one number. */
const MANY = 5;
const PAGE = 200;
/** How far back mentions are searched. */
const PAGES_MAX = 10;
const READS_MAX = 500;

/** Emits `change`; `arrived` with the new ones (live, or found after a disconnection). */
export class Notifications extends Emitter {
    /** Newest first. */
    list = [];
    /** Ids of the tickets that mention this person. */
    mentioned = new Set();
    isOffered = false;
    #isLoaded = false;
    #open = null;

    /**
     * @param {{api: object, connection: object}} app
     * @param {{channel?: BroadcastChannel|null, isLooking?: () => boolean}} options `channel`: to
     *     this person's other tabs
     */
    constructor({ api, connection }, { channel = null, isLooking = () => true } = {}) {
        super();
        Object.assign(this, { api, channel, isLooking });
        connection.on('hello', () => this.load());
        connection.on('notification', ({ type, ...notification }) => this.#take([notification]));
        channel?.addEventListener('message', ({ data }) => this.#mark(data.ids));
    }

    get unread() {
        return this.list.filter(({ read }) => !read).length;
    }

    async load() {
        try {
            const page = await this.api.request('GET', '/api/notifications', { query: { limit: PAGE } });
            const { notifications } = page;
            this.isOffered = true;
            const known = new Set(this.list.map(({ id }) => id));
            const isFirst = !this.#isLoaded;
            this.#isLoaded = true;
            const fresh = notifications.filter(({ id }) => !known.has(id));
            const reads = new Map(notifications.map(({ id, read }) => [id, read]));
            this.list = this.list.map((each) => ({ ...each, read: each.read || reads.get(each.id) === true }));
            this.#take(fresh, { isSilent: isFirst });
            if (isFirst) await this.#findMentions(page.next);
        } catch {
            this.emit('change');  // not supported, or unreachable: the next greeting asks again
        }
    }

    /** Finds mentions that are older than the list. */
    async #findMentions(next) {
        for (let page = 1; next && page < PAGES_MAX; page += 1) {
            const older = await this.api.request('GET', '/api/notifications', {
                query: { limit: PAGE, before: next },
            });
            this.#keepMentions(older.notifications);
            next = older.next;
        }
        this.emit('change');
    }

    #keepMentions(items) {
        for (const { kind, ticket } of items) if (kind === 'mention') this.mentioned.add(ticket);
    }

    #take(fresh, { isSilent = false } = {}) {
        const known = new Set(this.list.map(({ id }) => id));
        const entered = fresh.filter(({ id }) => !known.has(id));
        this.#keepMentions(entered);
        this.list = [...entered, ...this.list].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 300);
        this.isOffered = true;
        this.emit('change');
        this.look();
        // Notifications that are already read, here or elsewhere, are not announced.
        const news = this.list.filter((each) => !each.read && entered.some(({ id }) => id === each.id));
        if (!isSilent && news.length > 0) this.emit('arrived', news);
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

    /**
     * An open ticket marks its notifications as read, also new ones while the page is in use.
     * @param {string|null} ticket
     */
    setOpen(ticket) {
        this.#open = ticket;
        this.look();
    }

    /** The reader is back at the page. */
    look() {
        if (this.#open && this.isLooking()) this.readTicket(this.#open);
    }

    readTicket(ticket) {
        return this.#read(this.list.filter((each) => each.ticket === ticket && !each.read));
    }

    readAll() {
        return this.#read(this.list.filter(({ read }) => !read));
    }

    async #read(items) {
        if (items.length === 0) return;
        const ids = items.map(({ id }) => id);
        this.#mark(ids);
        this.channel?.postMessage({ ids });
        for (let from = 0; from < ids.length; from += READS_MAX) {
            const body = { ids: ids.slice(from, from + READS_MAX) };
            await this.api.request('POST', '/api/notifications/read', { body }).catch(() => {});
        }
    }

    #mark(ids) {
        const isRead = new Set(ids);
        this.list = this.list.map((each) => (isRead.has(each.id) ? { ...each, read: true } : each));
        this.emit('change');
    }
}

/** @returns {{isMany: boolean, events: number, tickets: number}} how to announce them together */
export const summary = (items) => ({
    isMany: items.length > MANY,
    events: items.length,
    tickets: new Set(items.map(({ ticket }) => ticket)).size,
});

/** From this number of tickets on, notifications alike are one line. */
const ALIKE = 4;
/** Kinds of which a number says as much as a list. */
const COUNTABLE = ['slaBreach', 'slaWarning', 'created', 'resolved', 'assigned'];

/**
 * @param {ReturnType<Notifications['groups']>} groups
 * @returns {Array<{kind: string, isRead: boolean, groups: object[]}>} lines: those of many groups at
 *     the place of the newest
 */
export function foldAlike(groups) {
    const lines = new Map();
    for (const group of groups) {
        const isRead = group.items.every(({ read }) => read);
        const [{ kind }] = group.items;
        const isAlike = COUNTABLE.includes(kind) && group.items.every((item) => item.kind === kind);
        const key = isAlike ? `${kind} ${isRead}` : group.ticket;
        const line = lines.get(key) ?? { kind, isRead, groups: [] };
        line.groups.push(group);
        lines.set(key, line);
    }
    return [...lines.values()].flatMap((line) => (line.groups.length >= ALIKE ? [line]
        : line.groups.map((group) => ({ ...line, groups: [group] }))));
}
