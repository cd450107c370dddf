// A list from the hub: page by page in the hub's order, asked again when tickets change.

import { Emitter, scheduleTimer } from '../sdk/parts.js';

const PAGE = 200;
const WORDS_MAX = 200;
/** At most so many pages are reloaded or collected at once; further pages load one by one. */
const PAGES_AT_ONCE = 5;
const SOON_MS = 400;
/** The shortest interval between requests under constant changes. */
const EVERY_MS = 2500;
const RETRY_S = 3;

/** How many tickets of these statuses an answer counts. */
export const countOf = ({ counts }, statuses) =>
    statuses.reduce((sum, name) => sum + (counts?.status?.[name] ?? 0), 0);

/** Emits `answered` (a query's first page), `page` with the ids of a further page, `change`. */
export class HubList extends Emitter {
    /** Loaded snapshots by id, in the hub's order. */
    snapshots = new Map();
    /** The newest answer's `counts`. */
    counts = null;
    isAnswered = false;
    isLoading = false;
    /** The last refusal, until an answer. */
    error = null;
    #query = null;
    #key = 'null';
    #isWhole = false;
    #running = null;
    #more = null;
    #hasMissed = false;
    #next = null;
    #turn = 0;
    #cancel = null;
    #soon = null;
    #askedAt = -Infinity;

    /** @param {{tickets: (query: object) => Promise<object>}} api */
    constructor(api, { schedule = scheduleTimer, now = () => Date.now() } = {}) {
        super();
        Object.assign(this, { api, schedule, now });
    }

    get isAsked() {
        return this.#query !== null;
    }

    /** The hub has more than is loaded. */
    get hasMore() {
        return this.#next !== null;
    }

    /** The last loaded snapshot: everything that sorts before it is loaded. */
    get last() {
        return [...this.snapshots.values()].at(-1) ?? null;
    }

    /**
     * A new query starts afresh; the same one changes nothing.
     * @param {object|null} query of the hub's list; null: nothing to ask
     * @param {{isWhole?: boolean, afterMs?: number}} options `isWhole`: collect pages, because the
     *     page filters by conditions that the hub does not know; `isLive`: the page gets every
     *     change of these tickets, so only their number is asked again; `afterMs`: a delay while
     *     somebody types
     */
    ask(query, { isWhole = false, isLive = false, afterMs = 0 } = {}) {
        const key = JSON.stringify(query);
        if (key === this.#key && isWhole === this.#isWhole) return;
        this.#stop();
        Object.assign(this, { snapshots: new Map(), counts: null, isAnswered: false, error: null });
        this.#key = key;
        Object.assign(this, { isLive });
        this.#isWhole = isWhole;
        this.#next = null;
        this.#query = query && { ...query, ...(query.q ? { q: query.q.slice(0, WORDS_MAX) } : {}) };
        if (query) this.#cancel = this.schedule(() => this.#load(), afterMs);
    }

    /**
     * Something happened that may change this list: asks again soon, once for many events.
     * @param {{isMissed?: boolean}} options `isMissed`: events may have been missed
     */
    refreshSoon({ isMissed = false } = {}) {
        this.#hasMissed ||= isMissed;
        if (!this.#query || this.#soon) return;
        const rested = this.#askedAt + EVERY_MS - this.now();
        this.#soon = this.schedule(() => {
            this.#soon = null;
            if (this.isLoading) this.refreshSoon();
            else if (this.isLive && this.isAnswered && !this.#hasMissed) this.#recount();
            else this.#load();
        }, Math.max(SOON_MS, rested));
    }

    /** Asks again now, for example after an error. */
    refresh() {
        return this.#query ? this.#load() : undefined;
    }

    /** The list is no longer visible. */
    drop(id) {
        if (this.snapshots.delete(id)) this.refreshSoon();
    }

    /** Loads one further page, after the running request. */
    loadMore() {
        this.#more ??= this.#loadMore().finally(() => (this.#more = null));
        return this.#more;
    }

    async #loadMore() {
        await this.#running;
        if (!this.#next) return;
        await this.#turnOf(async (isStale) => {
            const page = await this.#page(this.#next);
            if (isStale()) return;
            this.#keep(page, this.snapshots);
            this.emit('page', page.tickets.map(({ id }) => id));
        });
    }

    #recount() {
        return this.#turnOf(async (isStale) => {
            const { counts } = await this.api.tickets({ ...this.#query, limit: 1 });
            if (isStale()) return;
            this.counts = counts ?? null;
            this.emit('change');
        });
    }

    /** Loads the first pages: as many as are loaded, or as `isWhole` needs. */
    #load() {
        return this.#turnOf(async (isStale) => {
            this.#hasMissed = false;
            const isFirst = !this.isAnswered;
            const wanted = this.#isWhole ? PAGES_AT_ONCE : Math.ceil(this.snapshots.size / PAGE) || 1;
            const [before, snapshots, next] = [this.snapshots, new Map(), this.#next];
            let cursor;
            for (let page = 0; page < Math.min(wanted, PAGES_AT_ONCE) && cursor !== null; page += 1) {
                const given = await this.#page(cursor);
                if (isStale()) return;
                this.#keep(given, snapshots);
                cursor = this.#next;
                if (isFirst && page === 0) this.#answered(snapshots);
            }
            // Further loaded pages stay, with their cursor.
            if (cursor !== null && before.size > snapshots.size) {
                for (const [id, snapshot] of before) if (!snapshots.has(id)) snapshots.set(id, snapshot);
                this.#next = next;
            }
            this.snapshots = snapshots;
            this.emit('change');
        });
    }

    #answered(snapshots) {
        this.snapshots = snapshots;
        this.isAnswered = true;
        this.emit('answered');
    }

    #page(cursor) {
        return this.api.tickets({ ...this.#query, limit: PAGE, cursor });
    }

    #keep({ tickets, next, counts }, snapshots) {
        for (const snapshot of tickets) snapshots.set(snapshot.id, snapshot);
        this.#next = next ?? null;
        this.counts = counts ?? null;
        this.error = null;
    }

    #turnOf(ask) {
        this.#running = this.#take(++this.#turn, ask);
        return this.#running;
    }

    async #take(turn, ask) {
        this.isLoading = true;
        this.#askedAt = this.now();
        try {
            await ask(() => turn !== this.#turn);
        } catch (error) {
            if (turn !== this.#turn) return;
            this.error = error;
            this.emit('change');
            this.#retryLater(error);
        } finally {
            if (turn === this.#turn) this.isLoading = false;
        }
    }

    /** Too many requests, or a busy hub: the same query is sent again. */
    #retryLater({ code, frame }) {
        if (!['rate_limited', 'unavailable', 'timeout'].includes(code) || this.#soon) return;
        this.#soon = this.schedule(() => {
            this.#soon = null;
            this.#load();
        }, 1000 * (frame?.retryAfter ?? RETRY_S));
    }

    #stop() {
        this.#turn += 1;
        this.isLoading = false;
        this.#cancel?.();
        this.#soon?.();
        this.#soon = null;
    }
}
