// The parts of the queue, with live counts.

import { language, t } from '../i18n/index.js';
import { countViews, QUEUE_VIEWS } from '../state/queue-views.js';
import { countSaved } from '../state/saved-views.js';
import { slaView } from '../state/sla.js';
import { h, paced, setAttribute, write } from './dom.js';
import { icon } from './icon.js';
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
     * @param {import('../app.js').App} app
     * @param {{queue: object, saved: import('../state/saved-views.js').SavedViews, mentioned: () =>
     *     Set<string>, resolvedCount: () => number, onChoose: (view: string) => void, onSaved: (view:
     *     object) => void, onPlace: (name: string) => void, onHelp: () => void}} options
     */
    constructor(app, { queue, saved, mentioned, resolvedCount, onChoose, onSaved, onPlace, onHelp }) {
        Object.assign(this, { app, queue, saved, mentioned, resolvedCount });
        this.savedNav = new SavedNav(saved, onSaved);
        this.items = new Map(QUEUE_VIEWS.map((view) => [view, this.#item(view, onChoose)]));
        this.late = h('p', { class: 'nav-late', hidden: true, testid: 'late-count' },
            icon('warning'),
            (this.lateText = h('span')),
        );
        this.element = h('nav', { class: 'view-nav', tLabel: 'queue.views' },
            h('div', { class: 'nav-views' },
                h('p', { class: 'nav-title', t: 'queue.title' }),
                h('ul', { class: 'nav-list' },
                    ...[...this.items.values()].map(({ element }) => h('li', {}, element)),
                ),
                this.savedNav.element,
                this.late),
            h('div', { class: 'nav-gap' }),
            ...[['reports', 'chart', 'g r'], ['settings', 'wrench', 'g s']].map(([name, shape, keys]) =>
                (this[name] = h('button', {
                    class: 'nav-item nav-place', type: 'button', testid: `view-${name}`,
                    'aria-keyshortcuts': keys, on: { click: () => onPlace(name) },
                }, icon(shape), h('span', { class: 'nav-label', t: `nav.${name}` })))),
            h('button', {
                class: 'nav-item nav-help',
                type: 'button',
                testid: 'help',
                tLabel: 'keys.title',
                tTitle: 'keys.title',
                'aria-keyshortcuts': '?',
                on: { click: onHelp },
            },
                icon('help'),
                h('span', { class: 'nav-label', t: 'keys.title' }),
                h('kbd', { text: '?' }),
            ));
        this.render = paced(() => this.#render());
        queue.on('change', this.render);
        app.hours.on('change', this.render);
        saved.on('change', this.render);
        language.on('change', this.render);
    }

    setView(view) {
        for (const place of ['reports', 'settings']) {
            setAttribute(this[place], 'aria-current', view === place ? 'page' : null);
        }
        for (const [name, { element }] of this.items) {
            setAttribute(element, 'aria-current', name === view ? 'page' : null);
        }
        this.savedNav.setView(view);
        // On a phone the views are a strip, of which a part is out of sight.
        this.element.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }

    #item(view, onChoose) {
        const count = h('span', { class: 'nav-count', testid: `count-${view}` });
        const element = h('button', {
            class: 'nav-item',
            type: 'button',
            testid: `view-${view}`,
            on: { click: () => onChoose(view) },
        },
            icon(ICONS[view]),
            h('span', { class: 'nav-label', t: `view.${view}` }),
            count,
        );
        return { element, count };
    }

    #render() {
        const heads = [...this.queue.heads.values()];
        const { me, clock, hours } = this.app;
        const now = clock.now();
        const counts = {
            ...countViews(heads, me.id, now, this.mentioned(), hours.of),
            resolved: this.resolvedCount(),
        };
        this.savedNav.render(countSaved(this.saved.list, heads, { me: me.id, now, hoursOf: hours.of }));
        for (const [view, { count }] of this.items) {
            write(count, counts[view] > 0 ? String(counts[view]) : '');
            count.hidden = counts[view] === 0;
        }
        const late = heads.filter((head) =>
            slaView(head.sla, now).state === 'breached').length;
        this.late.hidden = late === 0;
        write(this.lateText, t('queue.late', { n: late }));
    }
}
