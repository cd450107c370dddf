// The tickets that a list shows: its part of the live queue if the page has all of it, else the
// hub's answers. Filters and words narrow both.

import { makeFilter, noFilters } from './filters.js';
import { newerSnapshot } from './snapshot.js';
import { HubList } from './hub-list.js';
import { filtersLeft, hubQuery, hubSort, neededLists, OVER } from './hub-query.js';
import { belongs } from './queue-views.js';
import { parseSearch } from './search-text.js';
import { byActivity, orderBy } from './urgency.js';

const TYPING_MS = 300;

export class QueueSource {
    view = 'unassigned';
    /** Projects, staff and clients, loaded once an operator needs them. */
    #known = {};
    #isLearning = new Set();

    /**
     * @param {{me: object, clock: object, hours?: object, api?: object}} app
     * @param {{queue: object, resolved: {snapshots: object[]}, mentioned: () => Set<string>, mentions?:
     *     {snapshots: Map<string, object>}, drafts: object}} parts
     * @param {() => {filters: object, text: string, sort?: string}} read the current state of the
     *     bar
     */
    constructor({ me, clock, hours = { of: () => null }, api }, parts, read) {
        Object.assign(this, { me, clock, hours, mentions: { snapshots: new Map() }, ...parts, read });
        this.hub = new HubList(api);
    }

    get isSaved() {
        return this.view.startsWith('saved-');
    }

    /** A saved view is defined by its filters. It covers the live queue unless they, or typed words, say otherwise. */
    get #base() {
        const { filters, text } = this.read();
        const isOver = filters.status.some((name) => OVER.includes(name));
        const asksOver = parseSearch(text).terms.some(({ name, value }) => name === 'status' && OVER.includes(value));
        if (this.isSaved) return isOver || asksOver || this.#asks(text) ? 'any' : 'all';
        return this.view === 'all' && (asksOver || (this.#asks(text) && !isOver)) ? 'any' : this.view;
    }

    #asks = (text) => parseSearch(text).words !== '';

    context() {
        const drafts = this.drafts.tickets();
        return {
            me: this.me.id, now: this.clock.now(), found: this.#found,
            hasDraft: (id) => drafts.has(id), hoursOf: this.hours.of,
        };
    }

    /** Words are searched by the hub; its answer replaces the local search. */
    get #found() {
        return this.hub.isAnswered ? this.hub.snapshots : undefined;
    }

    belongs = (snapshot) => this.#belongs(this.#base, snapshot);

    #belongs = (base, snapshot) =>
        belongs(base, snapshot, this.me.id, this.clock.now(), this.mentioned(), this.hours.of);

    /** Asks the hub if necessary. */
    ask({ isTyping = false } = {}) {
        const { text, sort = 'urgency' } = this.read();
        this.#learn(text);
        const { query, isExact } = this.#question();
        this.hub.ask(
            this.#isHere(query) ? null : { ...query, sort: hubSort(this.view, sort) },
            { isWhole: !isExact, isLive: this.#isLive(query), afterMs: isTyping && this.#asks(text) ? TYPING_MS : 0 });
    }

    #question() {
        const { filters, text } = this.read();
        return hubQuery(this.view, filters, text, { ...this.#known, tags: this.#tags(text) });
    }

    /** The spellings of tags on loaded tickets, which a typed tag may mean. */
    #tags(text) {
        if (!parseSearch(text).terms.some(({ name }) => name === 'tag')) return [];
        return [...new Set([...this.queue.snapshots.values()].flatMap(({ tags = [] }) => tags))].sort();
    }

    /** Loads the lists that typed parts of names need. */
    #learn(text) {
        if (!this.queue.hasMore) return;
        for (const name of neededLists(text)) {
            if (this.#isLearning.has(name)) continue;
            this.#isLearning.add(name);
            this.#ask[name](this.hub.api).then((list) => {
                this.#known = { ...this.#known, [name]: list };
                this.hub.emit('change');
            }, () => this.#isLearning.delete(name));
        }
    }

    #ask = {
        projects: async (api) => (await api.projects()).map(({ id }) => id),
        staff: async (api) => (await Promise.all([api.users('technician'), api.users('admin')])).flat(),
        clients: (api) => api.users(),
    };

    /** Whether the live queue holds all tickets of the query. */
    #isHere({ q, status }) {
        if (q) return false;
        if (this.view === 'mentions') return true;
        return !this.queue.hasMore && !status.some((name) => OVER.includes(name));
    }

    /** Whether the live queue reports each of these tickets; only the hub evaluates words and clocks. */
    #isLive = ({ q, sla, status }) => !q && !sla && !status.some((name) => OVER.includes(name));

    /** All loaded tickets of this part, without the filters. */
    all() {
        const base = this.#base;
        const over = ['resolved', 'mentions', 'any'].includes(base) ? this.resolved.snapshots : [];
        const live = base === 'resolved' ? new Map() : this.queue.snapshots;
        const { snapshots: given } = this.hub;
        const named = base === 'mentions' ? this.mentions.snapshots : new Map();
        // Ten thousand snapshots are not copied if there is nothing to add.
        const snapshots = over.length + given.size + named.size === 0 ? live : this.#merged([
            ...over, ...given.values(), ...named.values()], live);
        return [...snapshots.values()].filter((snapshot) => this.#belongs(base, snapshot));
    }

    #merged(snapshots, live) {
        const merged = new Map(live);
        for (const snapshot of snapshots) {
            const known = this.queue.snapshots.get(snapshot.id) ?? merged.get(snapshot.id);
            merged.set(snapshot.id, newerSnapshot(known, snapshot));
        }
        return merged;
    }

    /** In the order of the list. */
    shown() {
        const order = this.order();
        const snapshots = this.hub.isAnswered ? this.#answered(order) : this.#provisional();
        return snapshots.sort(order);
    }

    order() {
        const { sort = 'urgency' } = this.read();
        return this.view === 'resolved' && sort === 'urgency' ? byActivity : orderBy(sort, this.clock.now());
    }

    #provisional() {
        const { filters, text } = this.read();
        return this.all().filter(makeFilter(filters, text, this.context()));
    }

    /** Hides tickets that sort after the loaded pages until their page is loaded. */
    #answered(order) {
        const { filters, text } = this.read();
        const { snapshots, hasMore, last } = this.hub;
        const { query } = this.#question();
        const isTheirs = Boolean(query.q) || Boolean(query.sla);
        const fits = makeFilter(filtersLeft(filters), text, this.context());
        const isNear = !hasMore ? () => true : (snapshot) => order(snapshot, last) < 0;
        return this.#candidates(isTheirs).filter((snapshot) =>
            (snapshots.has(snapshot.id) || (!isTheirs && isNear(snapshot))) && fits(snapshot));
    }

    /** `isTheirs`: the hub has evaluated clocks and words, so they are not checked again. */
    #candidates(isTheirs) {
        if (!isTheirs) return this.all();
        const base = this.view === 'risk' ? 'all' : this.#base;
        return [...this.#merged(this.hub.snapshots.values(), new Map()).values()].filter((snapshot) =>
            this.#belongs(base, snapshot));
    }

    /** A ticket left the live queue: it leaves this list too, unless the list includes resolved ones. */
    left(id) {
        if (this.#base === 'any' || this.view === 'mentions') this.hub.refreshSoon();
        else this.hub.drop(id);
    }

    /** The hub has been asked and has not answered yet. */
    get isWaiting() {
        return this.hub.isAsked && !this.hub.isAnswered && !this.hub.error;
    }

    /** The hub has further pages. */
    get hasMore() {
        return this.hub.hasMore;
    }

    /** @returns {{n: number, isAtLeast: boolean}} the size of the list, of which `known` are loaded */
    count(known) {
        if (!this.hub.isAnswered || !this.hub.hasMore) return { n: known, isAtLeast: false };
        const { query, isExact } = this.#question();
        const n = query.status.reduce((sum, name) => sum + (this.hub.counts?.status?.[name] ?? 0), 0);
        return isExact ? { n: Math.max(n, known), isAtLeast: false } : { n: known, isAtLeast: true };
    }

    /**
     * The query for the whole list; null when all is loaded.
     * @returns {{query: object, isExact: boolean, fits: (snapshot: object) => boolean}|null}
     */
    asked() {
        const { queue, view } = this;
        if (view === 'mentions') return null;
        const { query, isExact } = this.#question();
        if (this.hub.isAnswered ? !this.hub.hasMore : !queue.hasMore && this.#isHere(query)) return null;
        const { filters, text } = this.read();
        const fits = makeFilter(filtersLeft(filters), text, { ...this.context(), found: { has: () => true } });
        const base = view === 'risk' ? 'all' : this.#base;
        return { query, isExact, fits: (snapshot) => this.#belongs(base, snapshot) && fits(snapshot) };
    }
}

/** Which counts the navigation asks the hub for: each part of the queue, and saved views. */
export function countQuestions(views, saved, fromHubFilter) {
    const questions = new Map();
    const add = (name, view, filters, text = '') => {
        const { query: { status, ...query }, isExact } = hubQuery(view, filters, text);
        if (isExact) questions.set(name, { query, statuses: status });
    };
    for (const view of views) if (view !== 'mentions') add(view, view, noFilters());
    add('late', 'all', { ...noFilters(), sla: ['breached'] });
    for (const { id, filter } of saved) {
        const { filters, text } = fromHubFilter(filter);
        add(`saved-${id}`, `saved-${id}`, filters, text);
    }
    return questions;
}
