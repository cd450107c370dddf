// Which tickets a list shows: its part of the queue, narrowed by filters and words; and how the hub
// is asked for all of them.

import { makeFilter } from './filters.js';
import { hubQuery } from './hub-query.js';
import { belongs } from './queue-views.js';

const OVER = ['resolved', 'closed'];

export class QueueSource {
    view = 'unassigned';

    /**
     * @param {{me: object, clock: object, hours?: object}} app
     * @param {{queue: object, resolved: {heads: object[], count: number}, mentioned: () =>
     *     Set<string>, drafts: object}} parts
     * @param {() => {filters: object, text: string, found: {has: (id: string) => boolean}}} read what
     *     the bar says now
     */
    constructor({ me, clock, hours = { of: () => null } }, parts, read) {
        Object.assign(this, { me, clock, hours, ...parts, read });
    }

    get isSaved() {
        return this.view.startsWith('saved-');
    }

    /** A saved view is what its filters say, of the live queue unless they say otherwise. */
    get #base() {
        if (!this.isSaved) return this.view;
        return this.read().filters.status.some((name) => OVER.includes(name)) ? 'any' : 'all';
    }

    context() {
        const drafts = this.drafts.tickets();
        return {
            me: this.me.id, now: this.clock.now(), found: this.read().found,
            hasDraft: (id) => drafts.has(id), hoursOf: this.hours.of,
        };
    }

    belongs = (head) =>
        belongs(
            this.#base, head, this.me.id, this.clock.now(), this.mentioned(), this.hours.of);

    /** All of this part, whatever the filters say. */
    all() {
        const base = this.#base;
        const over = ['resolved', 'mentions', 'any'].includes(base) ? this.resolved.heads : [];
        const live = base === 'resolved' ? new Map() : this.queue.heads;
        // Ten thousand heads are not copied where there is nothing to add to them.
        const heads = over.length === 0 ? live : new Map([...over.map((head) => [head.id, head]), ...live]);
        const [me, now, mentioned] = [this.me.id, this.clock.now(), this.mentioned()];
        return [...heads.values()].filter((head) => belongs(base, head, me, now, mentioned));
    }

    shown() {
        const { filters, text } = this.read();
        return this.all().filter(makeFilter(filters, text, this.context()));
    }

    /**
     * What the hub is asked for to have all of this list; null when all is loaded.
     * @returns {{query: object, isExact: boolean, fits: (head: object) => boolean}|null}
     */
    asked() {
        const { resolved, queue, view } = this;
        const hasMore = view === 'resolved' ? resolved.count > resolved.heads.length : queue.hasMore;
        if (!hasMore || view === 'mentions') return null;
        const { filters, text } = this.read();
        const fits = makeFilter(filters, text, { ...this.context(), found: { has: () => true } });
        return { ...hubQuery(view, filters, text), fits: (head) => this.belongs(head) && fits(head) };
    }
}
