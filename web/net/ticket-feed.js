// Keeps a client's ticket list live. A client has no queue, so it joins the rooms of the open
// tickets. It finds new tickets by REST: when the hub or another tab announces one, and from time
// to time. Nobody announces one that the person opens on another device, so it often asks for the
// newest one alone.

const ROOMS_MAX = 50;
const REFRESH_MS = 30_000;
const LOOK_MS = 3000;
const AFTER_NEWS_MS = 100;
const PAGE = 200;
const NEWS_PAGES_MAX = 10;

export class TicketFeed {
    #held = new Set();
    #next = null;
    #running = null;
    #isWantedAgain = false;
    #hasPaged = false;
    #timer = null;
    #news = null;
    /** The id of the newest ticket, as the hub last told. */
    #newest = null;
    #looking = null;

    /**
     * @param {object} app
     * @param {import('../state/tickets.js').TicketList} list
     * @param {{isSeen?: () => boolean, tabs?: BroadcastChannel}} options `tabs`: the person's other
     *     tabs
     */
    constructor(
        { api, connection, subscriptions, me }, list,
        { isSeen = () => true, tabs = new BroadcastChannel(`guichet tickets ${me.id}`) } = {},
    ) {
        Object.assign(this, { api, connection, subscriptions, me, list, isSeen, tabs });
    }

    get hasMore() {
        return this.#next !== null;
    }

    start() {
        this.connection.on('hello', () => this.#running ?? this.refresh());
        this.connection.on('removed', ({ ticket }) => {
            this.list.remove(ticket);
            if (this.#running) this.refresh();
        });
        // A joined ticket gets the event itself.
        this.connection.on('notification', ({ ticket }) => this.#held.has(ticket) || this.#ask());
        this.tabs.onmessage = () => this.#ask();
        this.subscriptions.on('event', ({ event }) => this.list.applyEvent(event));
        this.subscriptions.on('room', (room) => {
            if (room.snapshot) this.list.put(room.snapshot);
            this.list.setRead(room.id, room.reads.get(this.me.id) ?? 0);
        });
        this.#lookLater();
        return this.refresh();
    }

    /** Asks whether there is a newer ticket than the newest that is known. */
    async look() {
        clearTimeout(this.#looking);
        if (this.isSeen() && this.list.isLoaded && !this.#running) await this.#look();
        this.#lookLater();
    }

    #lookLater() {
        clearTimeout(this.#looking);
        this.#looking = setTimeout(() => this.look(), LOOK_MS);
    }

    async #look() {
        const page = await this.api.tickets({ limit: 1, sort: '-createdAt' }).catch(() => null);
        const id = page?.tickets[0]?.id ?? null;
        if (id === null || id === this.#newest) return;
        this.#newest = id;
        if (!this.list.snapshots.has(id)) await this.refresh();
    }

    /** A ticket was created here: the other tabs learn of it only from this message. */
    created() {
        this.tabs.postMessage('created');
        return this.refresh();
    }

    #ask() {
        clearTimeout(this.#news);
        this.#news = setTimeout(() => this.refresh(), AFTER_NEWS_MS);
    }

    /**
     * Asks the hub for the list. A request that is under way may have been answered before the change
     * that the caller knows of, so another one follows it.
     * @returns {Promise<Error|null>} the error of the last request, if any
     */
    refresh() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#refreshWhenSeen(), REFRESH_MS);
        if (this.#running) this.#isWantedAgain = true;
        else this.#running = this.#loadUntilCurrent();
        return this.#running;
    }

    async #loadUntilCurrent() {
        let error;
        do {
            this.#isWantedAgain = false;
            error = await this.#load();
        } while (this.#isWantedAgain);
        this.#running = null;
        return error;
    }

    async #load() {
        const asOf = this.list.puts;
        try {
            const page = await this.api.tickets({ limit: PAGE, sort: '-updatedAt' });
            if (!this.#hasPaged) this.#next = page.next ?? null;
            this.list.load(page.tickets, { isComplete: !page.next && !this.#hasPaged, asOf });
            if (this.hasMore) await this.#loadWaiting();
            this.#listen();
            if (this.hasMore || this.list.snapshots.size > ROOMS_MAX) await this.#loadNews();
            return null;
        } catch (error) {
            return error;
        }
    }

    /** Loads the tickets that wait for the client first, even old ones. */
    async #loadWaiting() {
        const page = await this.api.tickets({ status: ['waiting'], limit: PAGE, sort: '-updatedAt' });
        this.list.load(page.tickets, { isComplete: false });
    }

    /** Asks the hub which tickets that are not joined have unread messages, up to a page limit. */
    async #loadNews() {
        const news = new Set();
        let before;
        for (let page = 0; page < NEWS_PAGES_MAX && before !== null; page += 1) {
            const query = { unread: true, limit: PAGE, before };
            const asked = this.api.request('GET', '/api/notifications', { query });
            const answer = await asked.catch(() => null);
            if (!answer) return;  // the known state stays; the next refresh asks again
            for (const { ticket, params } of answer.notifications) if (params?.excerpt) news.add(ticket);
            before = answer.next ?? null;
        }
        this.list.setNews(news);
    }

    async loadMore() {
        const page = await this.api.tickets({
            limit: PAGE,
            sort: '-updatedAt',
            cursor: this.#next,
        });
        this.#hasPaged = true;
        this.#next = page.next ?? null;
        this.list.load(page.tickets, { isComplete: false });
    }

    #refreshWhenSeen() {
        if (!this.isSeen()) this.#timer = setTimeout(() => this.#refreshWhenSeen(), REFRESH_MS);
        else this.refresh();
    }

    /** Joins the newest open tickets, and leaves those beyond the limit. */
    #listen() {
        const wanted = [...this.list.snapshots.values()]
            .filter(({ status }) => status !== 'closed')
            .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
            .slice(0, ROOMS_MAX)
            .map(({ id }) => id);
        for (const id of this.#held) if (!wanted.includes(id)) this.#release(id);
        for (const id of wanted) {
            if (this.#held.has(id)) continue;
            this.#held.add(id);
            const room = this.subscriptions.open(id, 1);
            room.on('change', (what) =>
                what === 'reads' && this.list.setRead(id, room.reads.get(this.me.id) ?? 0));
        }
    }

    #release(id) {
        this.#held.delete(id);
        this.subscriptions.close(id);
    }
}
