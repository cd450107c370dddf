// Keeps the numbers of a client's projects live: asks the hub after each event or notification, and from
// time to time while the page is visible.

import { Emitter, scheduleTimer } from '../sdk/parts.js';

const AFTER_EVENT_MS = 400;
const POLL_MS = 15_000;

/** Emits `change` with the projects. */
export class ProjectFeed extends Emitter {
    /** @type {Array<{id: string, name?: string, open?: number, waiting?: number, lastActivityAt?: string}>} */
    projects = [];
    #isAsking = false;
    #isWanted = false;
    #cancel = null;

    /**
     * @param {{api: object, me: object, connection: object, subscriptions: object}} app
     * @param {{isSeen: () => boolean, schedule?: Function}} options
     */
    constructor({ api, me, connection, subscriptions }, { isSeen, schedule = scheduleTimer }) {
        super();
        Object.assign(this, { api, me, isSeen, schedule });
        subscriptions.on('event', () => this.ask());
        connection.on('notification', () => this.ask());
        connection.on('hello', () => this.ask());
    }

    /** The first load; without an answer, the projects in the token. */
    async load() {
        try {
            this.projects = await this.api.projects();
        } catch {
            this.projects = (this.me.projects ?? []).map((id) => ({ id, name: id }));
        }
        this.#askIn(POLL_MS);
        return this.projects;
    }

    /** Asks again soon: once for a burst of events, and not during a running request. */
    ask() {
        if (!this.isSeen() || this.#isWanted) return;
        this.#isWanted = true;
        this.#askIn(AFTER_EVENT_MS);
    }

    #askIn(ms) {
        this.#cancel?.();
        this.#cancel = this.schedule(() => this.#ask(), ms);
    }

    async #ask() {
        this.#isWanted = false;
        if (this.isSeen() && !this.#isAsking) {
            this.#isAsking = true;
            try {
                this.projects = await this.api.projects();
                this.emit('change', this.projects);
            } catch {
                // The known numbers stay; the next turn asks again.
            }
            this.#isAsking = false;
        }
        this.#askIn(this.#isWanted ? AFTER_EVENT_MS : POLL_MS);
    }
}
