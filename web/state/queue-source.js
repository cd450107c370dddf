// The tickets that a list shows: its part of the live queue if the page has all of it, else the
// hub's answers. Filters and words narrow both.

import { makeFilter, noFilters } from './filters.js';
import { newerHead } from './head.js';
import { HubList } from './hub-list.js';
import { filtersLeft, hubQuery, hubSort, neededLists, OVER } from './hub-query.js';
import { belongs } from './queue-views.js';
import { parseSearch } from './search-text.js';
import { byActivity, orderBy } from './urgency.js';

const TYPING_MS = 300;

export class QueueSource {
    view = 'unassigned';
    /** Projects and staff, once an operator names some. */
    #known = {};
    #isLearning = new Set();

    /**
     * @param {{me: object, clock: object, hours?: object, api?: object}} app
     * @param {{queue: object, resolved: {heads: object[]}, mentioned: () => Set<string>, mentions?:
     *     {heads: Map<string, object>}, drafts: object}} parts
     * @param {() => {filters: object, text: string, sort?: string}} read what the bar says now
     */
    constructor({ me, clock, hours = { of: () => null }, api }, parts, read) {
        Object.assign(this, { me, clock, hours, mentions: { heads: new Map() }, ...parts, read });
        this.hub = new HubList(api);
    }

    get isSaved() {
        return this.view.startsWith('saved-');
    }

    /** A saved view is what its filters say, of the live queue unless they say otherwise. */
    get #base() {
        const { filters, text } = this.read();
        const isOver = filters.status.some((name) => OVER.includes(name));
        if (this.isSaved) return isOver || this.#asks(text) ? 'any' : 'all';
        return this.view === 'all' && this.#asks(text) && !isOver ? 'any' : this.view;
    }

    #asks = (text) => parseSearch(text).words !== '';

    context() {
        const drafts = this.drafts.tickets();
        return {
            me: this.me.id, now: this.clock.now(), found: this.#found,
            hasDraft: (id) => drafts.has(id), hoursOf: this.hours.of,
        };
    }

    /** Words are the hub's to find, once it has answered. */
    get #found() {
        return this.hub.isAnswered ? this.hub.heads : undefined;
    }

    belongs = (head) => this.#belongs(this.#base, head);

    #belongs = (base, head) =>
        belongs(base, head, this.me.id, this.clock.now(), this.mentioned(), this.hours.of);

    /** Asks the hub, if it must be asked. */
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
        return hubQuery(this.view, filters, text, this.#known);
    }

    /** What the hub must be asked for first, where parts of names are typed. */
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
    };

    /** All that the question is about is in the live queue. */
    #isHere({ q, status }) {
        if (q) return false;
        if (this.view === 'mentions') return true;
        return !this.queue.hasMore && !status.some((name) => OVER.includes(name));
    }

    /** The live queue tells of each of these tickets; words and clocks only the hub can judge. */
    #isLive = ({ q, sla, status }) => !q && !sla && !status.some((name) => OVER.includes(name));

    /** All of this part that is here, whatever the filters say. */
    all() {
        const base = this.#base;
        const over = ['resolved', 'mentions', 'any'].includes(base) ? this.resolved.heads : [];
        const live = base === 'resolved' ? new Map() : this.queue.heads;
        const { heads: given } = this.hub;
        const named = base === 'mentions' ? this.mentions.heads : new Map();
        // Ten thousand heads are not copied where there is nothing to add to them.
        const heads = over.length + given.size + named.size === 0 ? live : this.#merged([
            ...over, ...given.values(), ...named.values()], live);
        return [...heads.values()].filter((head) => this.#belongs(base, head));
    }

    #merged(heads, live) {
        const merged = new Map(live);
        for (const head of heads) {
            const known = this.queue.heads.get(head.id) ?? merged.get(head.id);
            merged.set(head.id, newerHead(known, head));
        }
        return merged;
    }

    /** In the order of the list. */
    shown() {
        const order = this.order();
        const heads = this.hub.isAnswered ? this.#answered(order) : this.#provisional();
        return heads.sort(order);
    }

    order() {
        const { sort = 'urgency' } = this.read();
        return this.view === 'resolved' && sort === 'urgency' ? byActivity : orderBy(sort, this.clock.now());
    }

    #provisional() {
        const { filters, text } = this.read();
        return this.all().filter(makeFilter(filters, text, this.context()));
    }

    /** What lies between the pages that came and those that did not is not shown yet. */
    #answered(order) {
        const { filters, text } = this.read();
        const { heads, hasMore, last } = this.hub;
        const { query } = this.#question();
        const isTheirs = Boolean(query.q) || Boolean(query.sla);
        const fits = makeFilter(filtersLeft(filters), text, this.context());
        const isNear = !hasMore ? () => true : (head) => order(head, last) < 0;
        return this.#candidates(isTheirs).filter((head) =>
            (heads.has(head.id) || (!isTheirs && isNear(head))) && fits(head));
    }

    /** `isTheirs`: clocks and words are not judged here a second time. */
    #candidates(isTheirs) {
        if (!isTheirs) return this.all();
        const base = this.view === 'risk' ? 'all' : this.#base;
        return [...this.#merged(this.hub.heads.values(), new Map()).values()].filter((head) =>
            this.#belongs(base, head));
    }

    /** Gone from the live queue: from here too, unless the list shows what is over as well. */
    left(id) {
        if (this.#base === 'any' || this.view === 'mentions') this.hub.refreshSoon();
        else this.hub.drop(id);
    }

    /** The hub has been asked and has not said yet. */
    get isWaiting() {
        return this.hub.isAsked && !this.hub.isAnswered && !this.hub.error;
    }

    /** There is more to be had by the page. */
    get hasMore() {
        return this.hub.hasMore;
    }

    /** @returns {{n: number, isAtLeast: boolean}} how many the list has, `known` of them in hand */
    count(known) {
        if (!this.hub.isAnswered || !this.hub.hasMore) return { n: known, isAtLeast: false };
        const { query, isExact } = this.#question();
        const n = query.status.reduce((sum, name) => sum + (this.hub.counts?.status?.[name] ?? 0), 0);
        return isExact ? { n: Math.max(n, known), isAtLeast: false } : { n: known, isAtLeast: true };
    }

    /**
     * What the hub is asked for to have all of this list; null when all is loaded.
     * @returns {{query: object, isExact: boolean, fits: (head: object) => boolean}|null}
     */
    asked() {
        const { queue, view } = this;
        if (view === 'mentions') return null;
        const { query, isExact } = this.#question();
        if (this.hub.isAnswered ? !this.hub.hasMore : !queue.hasMore && this.#isHere(query)) return null;
        const { filters, text } = this.read();
        const fits = makeFilter(filtersLeft(filters), text, { ...this.context(), found: { has: () => true } });
        const base = view === 'risk' ? 'all' : this.#base;
        return { query, isExact, fits: (head) => this.#belongs(base, head) && fits(head) };
    }
}

/** Which numbers the navigation asks the hub for: each part of the queue, and saved views. */
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
