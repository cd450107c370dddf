// The first tab of a project: its state and its last events.

import { language, number, span, t } from '../../i18n/index.js';
import { activity, overviewTiles } from '../../state/portal-view.js';
import { systemLinesOf } from '../../state/timeline.js';
import { withoutMarks } from '../../state/markup.js';
import { excerpt } from '../../sdk/ticket-head.js';
import { inARow, nameOf } from '../../state/visible-text.js';
import { timeAgo } from '../parts/chips.js';
import { h, KeyedList, onNextFrame, say, setAttribute, write } from '../parts/dom.js';
import { wordLine } from '../thread/thread-entry.js';

export class PortalOverview {
    project = null;
    /** Loaded when the page does not have all tickets. */
    figures = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {import('../../state/tickets.js').TicketList} list
     * @param {{onOpen: (snapshot: object) => void, onFilter: (status: string) => void, feed: object}} options
     *     `feed`: as for the list; see `TicketSource`
     */
    constructor(app, list, { onOpen, onFilter, feed }) {
        Object.assign(this, { app, list, source: feed });
        const tile = (name, filter) => {
            const value = h('strong', { class: 'tile-value', testid: `tile-${name}` });
            const note = h('span', { class: 'tile-note' });
            const element = h(filter ? 'button' : 'div', {
                class: 'tile', type: filter ? 'button' : null, data: { tile: name },
                on: filter ? { click: () => onFilter(filter) } : {},
            }, h('span', { class: 'tile-label', t: `overview.${name}` }), value, note);
            return { element, value, note };
        };
        this.tiles = {
            open: tile('open', 'active'), waiting: tile('waiting', 'active'),
            resolved: tile('resolved', 'resolved'), median: tile('median', null),
        };
        this.feed = h('ol', { class: 'activity', testid: 'activity' });
        this.blank = h('p', { class: 'hint', t: 'overview.quiet', hidden: true });
        this.items = new KeyedList(this.feed, ({ snapshot, event }) => `${snapshot.id}-${event.seq}`, ({ snapshot }) =>
            this.#item(snapshot, onOpen));
        this.element = h('section', {
            class: 'overview', role: 'tabpanel', id: 'panel-overview', 'aria-labelledby': 'tab-overview',
        },
            h('div', { class: 'tiles' }, ...Object.values(this.tiles).map(({ element }) => element)),
            h('h2', { class: 'section-title', t: 'overview.activity' }), this.feed, this.blank);
        this.render = onNextFrame(() => this.#render());
        list.on('change', this.render);
        app.subscriptions.on('event', this.render);
        language.on('change', this.render);
    }

    #render() {
        const snapshots = [...this.list.snapshots.values()].filter((snapshot) =>
            this.project === null || snapshot.project === this.project);
        const { open, waiting, resolved, medianMs, answered } = this.source.hasMore()
            ? this.#told()
            : overviewTiles(snapshots, this.app.clock.now());
        const shown = (n) => (n === undefined ? '…' : number(n));
        write(this.tiles.open.value, shown(open));
        write(this.tiles.waiting.value, shown(waiting));
        write(this.tiles.resolved.value, shown(resolved));
        write(this.tiles.median.value, medianMs === null ? '—' : medianMs === undefined ? '…' : span(medianMs));
        say(this.tiles.median.note, ['overview.sample', { n: answered }]);
        const rows = activity(this.app.subscriptions.rooms(), { project: this.project });
        this.items.render(rows);
        this.blank.hidden = rows.length > 0;
    }

    /** The hub's numbers, because the page does not have all tickets. */
    #told() {
        if (!this.element.hidden) this.#gather();
        const [waiting, active] = ['waiting', 'active'].map((group) => this.source.count(group));
        return {
            waiting, open: waiting === undefined ? undefined : waiting + active,
            ...(this.figures?.tiles(this.project) ?? { answered: 0 }),
        };
    }

    async #gather() {
        const { PortalFigures } = await import('../../state/portal-figures.js');
        if (!this.figures) {
            this.figures = new PortalFigures(this.app.api, this.app.clock);
            this.figures.on('change', this.render);
        }
        this.figures.refreshSoon(this.project);
    }

    #item(snapshot, onOpen) {
        const text = h('span');
        const about = h('span', { class: 'activity-about', dir: 'auto' });
        const ago = timeAgo(this.app.clock);
        const element = h('li', {}, h('button', {
            class: 'activity-item', type: 'button', testid: 'activity-item', on: { click: () => onOpen(snapshot) },
        }, h('span', { class: 'activity-text' }, text, about), ago.element));
        return {
            element,
            update: ({ event }) => {
                write(text, describe(event, snapshot));
                // The line above has the title of a new ticket already.
                const isNew = event.kind === 'created';
                const words = event.message?.body ?? (isNew && !snapshot.redacted ? snapshot.description : null);
                write(about, inARow([!isNew && snapshot.title, words && withoutMarks(excerpt(words))].filter(Boolean)));
                setAttribute(element.firstElementChild, 'data-unread', this.list.isUnread(snapshot));
                ago.update(event.at);
            },
        };
    }
}

/** "Lina a répondu à T-1042": a client gets no internal events, so nothing is filtered here. */
function describe(event, { ref, title }) {
    const name = nameOf(event.by);
    if (event.kind === 'created') return t('overview.created', { name, ref, title });
    if (event.message) return t('overview.answered', { name, ref });
    const line = systemLinesOf(event).map((each) => wordLine(each, event.by, 'client'))[0] ?? '';
    return `${ref} · ${line}`;
}
