// The tickets of a client's list: the loaded ones if all are loaded, else the hub's answers.

import { matches } from './filters.js';
import { newerSnapshot } from './snapshot.js';
import { countOf, HubList } from './hub-list.js';

const TYPING_MS = 300;
const EVERY = ['open', 'in_progress', 'waiting', 'resolved', 'closed'];
const SHOWN = {
    all: EVERY, active: ['open', 'in_progress', 'waiting'], resolved: ['resolved', 'closed'],
};

/** Group of the list → its statuses. */
export const GROUP_STATUSES = {
    waiting: ['waiting'], active: ['open', 'in_progress'], resolved: ['resolved'], closed: ['closed'],
};

export class TicketSource {
    /**
     * @param {object} api
     * @param {import('./tickets.js').TicketList} list
     * @param {{hasMore: () => boolean, count: (group: string) => number|undefined, loadMore: () =>
     *     Promise<void>}} feed the feed that has loaded the list, with the hub's numbers of a
     *     project
     * @param {() => {project: string|null, words: string, show: string, category: string}} read
     */
    constructor(api, list, feed, read) {
        Object.assign(this, { list, feed, read });
        this.hub = new HubList(api);
    }

    get isNarrowed() {
        const { words, show, category } = this.read();
        return words.trim() !== '' || show !== 'all' || category !== '';
    }

    /** Asks the hub when the page cannot know: for words, and for groups that are not completely loaded. */
    ask({ isTyping = false } = {}) {
        const { project, words, show, category } = this.read();
        const q = words.trim();
        const isHere = !q && (!this.feed.hasMore() || (project === null && !this.isNarrowed));
        this.hub.ask(isHere ? null : {
            ...(project === null ? {} : { project: [project] }), ...(q ? { q } : {}),
            ...(category ? { category } : {}), status: SHOWN[show], sort: '-updatedAt',
        }, { afterMs: isTyping && q ? TYPING_MS : 0 });
    }

    get isWaiting() {
        return this.hub.isAsked && !this.hub.isAnswered && !this.hub.error;
    }

    get hasMore() {
        return this.hub.isAnswered ? this.hub.hasMore : !this.hub.isAsked && this.feed.hasMore();
    }

    loadMore() {
        return this.hub.isAnswered ? this.hub.loadMore() : this.feed.loadMore();
    }

    /** @param {object|null} held a snapshot that keeps its place; see `TicketList.groups` */
    groups(held) {
        const { project } = this.read();
        const keep = (snapshot) => this.#keeps(snapshot);
        const groups = this.list.groups({ project, keep, held, snapshots: this.#snapshots() });
        return groups.map((group) => ({ ...group, count: this.#count(group) }));
    }

    /** The size of the whole list. */
    total(groups) {
        if (!this.hub.isAnswered || !this.hub.hasMore) return groups.reduce((sum, { count }) => sum + count, 0);
        return countOf(this.hub, SHOWN[this.read().show]);
    }

    #count({ name, snapshots }) {
        if (!this.hasMore) return snapshots.length;
        const told = this.hub.isAnswered ? countOf(this.hub, GROUP_STATUSES[name]) : this.feed.count(name);
        return Math.max(told ?? 0, snapshots.length);
    }

    #snapshots() {
        const { hub, list } = this;
        if (!hub.isAnswered) return list.snapshots.values();
        const newest = new Map([...hub.snapshots].map(([id, snapshot]) =>
            [id, newerSnapshot(list.snapshots.get(id), snapshot)]));
        if (this.read().words.trim()) return newest.values();
        const until = hub.hasMore ? hub.last?.updatedAt : '';
        // Tickets that wait for the client are all loaded, even old ones.
        const isKnown = ({ status, updatedAt }) => updatedAt > until || status === 'waiting';
        for (const [id, snapshot] of list.snapshots) if (!newest.has(id) && isKnown(snapshot)) newest.set(id, snapshot);
        return newest.values();
    }

    #keeps(snapshot) {
        const { words, show, category } = this.read();
        return SHOWN[show].includes(snapshot.status) && (category === '' || snapshot.category === category) &&
            (this.hub.isAnswered || matches(snapshot, words));
    }
}
