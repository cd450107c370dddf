// Loads further rows of the queue from the hub: by a button, or by scrolling towards them.

import { h, say, setAttribute } from '../parts/dom.js';

/** The next page is loaded so many rows before the end. */
const AHEAD_ROWS = 20;

export class QueueMore {
    /** @param {import('../../state/queue-source.js').QueueSource} source @param {HTMLElement} count */
    constructor(source, count) {
        Object.assign(this, { source, count });
        this.element = h('button', {
            class: 'button button-plain more-button', type: 'button', t: 'portal.more', hidden: true,
            testid: 'queue-more', on: { click: () => this.load() },
        });
    }

    /** @param {number} known rows that are loaded */
    update(known) {
        const { source } = this;
        this.element.hidden = !source.hasMore;
        const { n, isAtLeast } = source.count(known);
        say(this.count, [isAtLeast ? 'queue.countAtLeast' : 'queue.count', { n }]);
        return n;
    }

    async load() {
        setAttribute(this.element, 'aria-busy', 'true');
        await this.source.hub.loadMore();
        setAttribute(this.element, 'aria-busy', null);
    }

    /** @param {{scrollTop: number, clientHeight: number}} scroller */
    scrolled({ scrollTop, clientHeight }, rows, rowHeight) {
        const isNear = scrollTop + clientHeight > (rows - AHEAD_ROWS) * rowHeight;
        if (isNear && scrollTop > 0 && this.source.hasMore && !this.source.hub.error) this.load();
    }
}

/** Updates a list after the hub's answers. @param {import('./queue-list.js').QueueList} list */
export function followHub(list) {
    const { app, source, options: { queue, mentions } } = list;
    const { hub } = source;
    queue.on('change', () => hub.refreshSoon());
    queue.on('left', ({ id }) => source.left(id));
    app.connection.on('hello', () => hub.refreshSoon({ isMissed: true }));
    hub.on('answered', () => list.applyHeld());
    hub.on('page', (ids) => list.paged(ids));
    hub.on('change', () => list.render());
    mentions.on('change', () => list.render());
}

export const fetchMentions = ({ queue, resolved, mentions }) => mentions.fetch((id) =>
    queue.snapshots.has(id) || resolved.snapshots.some((snapshot) => snapshot.id === id));

/**
 * The values and counts of the filter menu, if the queue has more than is loaded.
 * @param {import('./queue-list.js').QueueList} list
 */
export async function menuOfAll({ app, options, view }) {
    if (!options.queue.hasMore) return null;
    const [projects, { countChoices }] = await Promise.all([
        app.api.projects().catch(() => []), import('../../state/filter-counts.js')]);
    return {
        projects: projects.map(({ id }) => id),
        count: (...asked) => countChoices(app.api, view, ...asked),
    };
}
