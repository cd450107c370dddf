// Keeps a client's ticket list live: a client has no queue, so it listens to the rooms of the open
// tickets, and
// asks by REST for what began elsewhere.

const ROOMS_MAX = 50;
const REFRESH_MS = 30_000;
const PAGE = 200;

export class TicketFeed {
    #held = new Set();
    #next = null;
    #isLoading = false;
    #hasPaged = false;
    #timer = null;

    /**
     * @param {object} app
     * @param {import('../state/tickets.js').TicketList} list
     */
    constructor({ api, connection, subscriptions, me }, list, { isSeen = () => true } = {}) {
        Object.assign(this, { api, connection, subscriptions, me, list, isSeen });
    }

    get hasMore() {
        return this.#next !== null;
    }

    start() {
        this.connection.on('hello', () => this.refresh());
        this.connection.on('removed', ({ ticket }) => this.list.remove(ticket));
        this.subscriptions.on('event', ({ event }) => this.list.applyEvent(event));
        this.subscriptions.on('room', (room) => {
            if (room.head) this.list.put(room.head);
            this.list.setRead(room.id, room.reads.get(this.me.id) ?? 0);
        });
        return this.refresh();
    }

    /** @returns {Promise<Error|null>} what went wrong, if anything */
    async refresh() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#refreshWhenSeen(), REFRESH_MS);
        if (this.#isLoading) return null;
        this.#isLoading = true;
        try {
            const page = await this.api.tickets({ limit: PAGE, sort: '-updatedAt' });
            if (!this.#hasPaged) this.#next = page.next ?? null;
            this.list.load(page.tickets, { isComplete: !page.next && !this.#hasPaged });
            this.#listen();
            return null;
        } catch (error) {
            return error;
        } finally {
            this.#isLoading = false;
        }
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

    /** The newest open tickets are heard; those that fell out of that number are let go. */
    #listen() {
        const wanted = [...this.list.heads.values()]
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
