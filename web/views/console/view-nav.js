// The parts of the queue, with live counts.

import { language, number, t } from '../../i18n/index.js';
import { HubCounts } from '../../state/hub-counts.js';
import { countOf } from '../../state/hub-list.js';
import { ACTIVE } from '../../state/hub-query.js';
import { countQuestions } from '../../state/queue-source.js';
import { countViews, QUEUE_VIEWS } from '../../state/queue-views.js';
import { countSaved, fromHubFilter } from '../../state/saved-views.js';
import { slaView } from '../../state/sla.js';
import { h, paced, setAttribute, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { navFold } from './nav-fold.js';
import { SavedNav } from './saved-nav.js';

const ICONS = {
    unassigned: 'inbox',
    mine: 'person',
    watching: 'eye',
    mentions: 'at',
    risk: 'flame',
    waiting: 'hourglass',
    all: 'stack',
    resolved: 'checkCircle',
};

export class ViewNav {
    /**
     * @param {import('../../app.js').App} app
     * @param {{queue: object, saved: import('../../state/saved-views.js').SavedViews, mentioned: () =>
     *     Set<string>, resolvedCount: () => number, onChoose: (view: string) => void, onSaved: (view:
     *     object) => void, onPlace: (name: string) => void, onHelp: () => void, onCounted: () => void}}
     *     options
     */
    constructor(app, options) {
        const { queue, saved, mentioned, resolvedCount, onChoose, onSaved, onPlace, onHelp, onCounted } = options;
        Object.assign(this, { app, queue, saved, mentioned, resolvedCount, onCounted });
        this.hubCounts = new HubCounts(app.api, () => (this.queue.hasMore
            ? countQuestions(QUEUE_VIEWS, saved.list, fromHubFilter)
            : new Map()));
        this.savedNav = new SavedNav(saved, onSaved);
        this.#makeViews(onChoose);
        this.#makePlaces(onPlace);
        this.#assemble(onHelp);
        this.render = paced(() => this.#render());
        queue.on('change', () => this.#changed());
        this.hubCounts.on('change', this.render);
        app.hours.on('change', this.render);
        saved.on('change', () => this.#changed());
        language.on('change', this.render);
    }

    #makeViews(onChoose) {
        this.items = new Map(QUEUE_VIEWS.map((view) => [view, this.#item(view, onChoose)]));
        this.lateText = h('span');
        this.late = h('p', { class: 'nav-late', hidden: true, testid: 'late-count' }, icon('warning'), this.lateText);
    }

    #makePlaces(onPlace) {
        for (const [name, shape, keys] of [['reports', 'chart', 'g r'], ['settings', 'wrench', 'g s']]) {
            this[name] = h('button', {
                class: 'nav-item nav-place', type: 'button', testid: `view-${name}`, tTitle: `nav.${name}`,
                'aria-keyshortcuts': keys, on: { click: () => onPlace(name) },
            }, icon(shape), h('span', { class: 'nav-label', t: `nav.${name}` }));
        }
    }

    #assemble(onHelp) {
        const help = h('button', {
            class: 'nav-item nav-help', type: 'button', testid: 'help', tLabel: 'keys.title',
            tTitle: 'keys.title', 'aria-keyshortcuts': '?', on: { click: onHelp },
        },
            icon('help'),
            h('span', { class: 'nav-label', t: 'keys.title' }),
            h('kbd', { text: '?' }));
        this.element = h('nav', { class: 'view-nav', tLabel: 'queue.views' },
            h('div', { class: 'nav-views' },
                h('p', { class: 'nav-title', t: 'queue.title' }),
                h('ul', { class: 'nav-list' },
                    ...[...this.items.values()].map(({ element }) => h('li', {}, element))),
                this.savedNav.element,
                this.late),
            h('div', { class: 'nav-gap' }),
            this.reports,
            this.settings,
            help);
        this.element.append(navFold(this.element));
    }

    setView(view) {
        for (const place of ['reports', 'settings']) {
            setAttribute(this[place], 'aria-current', view === place ? 'page' : null);
        }
        for (const [name, { element }] of this.items) {
            setAttribute(element, 'aria-current', name === view ? 'page' : null);
        }
        this.savedNav.setView(view);
        // On a phone the views are a strip that is only partly visible.
        this.element.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }

    #item(view, onChoose) {
        const count = h('span', { class: 'nav-count', testid: `count-${view}` });
        const element = h('button', {
            class: 'nav-item',
            type: 'button',
            testid: `view-${view}`,
            tTitle: `view.${view}`,
            on: { click: () => onChoose(view) },
        },
            icon(ICONS[view]),
            h('span', { class: 'nav-label', t: `view.${view}` }),
            count,
        );
        return { element, count };
    }

    #changed() {
        if (this.queue.hasMore) this.hubCounts.refreshSoon();
        this.render();
    }

    /** The count of a view: from the loaded queue if it is complete, else from the hub. */
    count(view) {
        return this.counts?.[view] ?? 0;
    }

    #render() {
        const snapshots = [...this.queue.snapshots.values()];
        const { saved, hubCounts } = this;
        const { late, ...counts } = this.queue.hasMore
            ? this.#told()
            : this.#counted(snapshots);
        this.counts = { ...counts, mentions: this.mentioned().size, resolved: this.resolvedCount() };
        const { me, clock, hours } = this.app;
        this.savedNav.render(this.queue.hasMore
            ? new Map(saved.list.map(({ id }) => [id, hubCounts.of(`saved-${id}`)]))
            : countSaved(saved.list, snapshots, { me: me.id, now: clock.now(), hoursOf: hours.of }));
        for (const [view, { count }] of this.items) {
            write(count, this.count(view) > 0 ? number(this.count(view)) : '');
            count.hidden = this.count(view) === 0;
        }
        this.late.hidden = !late;
        write(this.lateText, t('queue.late', { n: late ?? 0 }));
        this.onCounted();
    }

    #counted(snapshots) {
        const { me, clock, hours } = this.app;
        const now = clock.now();
        const late = snapshots.filter((snapshot) => slaView(snapshot.sla, now).state === 'breached').length;
        return { ...countViews(snapshots, me.id, now, this.mentioned(), hours.of), late };
    }

    /** For tiles: the hub's numbers, or null if the whole queue is loaded. */
    told() {
        if (!this.queue.hasMore) return null;
        const { all: open, unassigned: free, waiting, late } = this.#told();
        return Object.fromEntries(Object.entries({ open, free, waiting, late }).filter(([, n]) => n !== undefined));
    }

    /** Until the hub's counts arrive, the queue's own answer supplies those by status. */
    #told() {
        const { hubCounts, queue } = this;
        const told = Object.fromEntries([...QUEUE_VIEWS, 'late'].map((name) => [name, hubCounts.of(name)]));
        told.all ??= countOf(queue, ACTIVE);
        told.waiting ??= countOf(queue, ['waiting']);
        return told;
    }
}
