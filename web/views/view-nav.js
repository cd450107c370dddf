// The parts of the queue, with live counts.

import { language, t } from '../i18n/index.js';
import { countViews, QUEUE_VIEWS } from '../state/queue-views.js';
import { slaView } from '../state/sla.js';
import { h, paced, setAttribute, write } from './dom.js';
import { icon } from './icon.js';

const ICONS = {
    unassigned: 'inbox',
    mine: 'person',
    watching: 'eye',
    risk: 'flame',
    waiting: 'hourglass',
    all: 'stack',
    resolved: 'checkCircle',
};

export class ViewNav {
    /**
     * @param {import('../app.js').App} app
     * @param {{queue: object, resolvedCount: () => number, onChoose: (view: string) => void,
     *     onReports: () => void, onHelp: () => void}} options
     */
    constructor(app, { queue, resolvedCount, onChoose, onReports, onHelp }) {
        Object.assign(this, { app, queue, resolvedCount });
        this.items = new Map(QUEUE_VIEWS.map((view) => [view, this.#item(view, onChoose)]));
        this.late = h('p', { class: 'nav-late', hidden: true, testid: 'late-count' },
            icon('warning'),
            (this.lateText = h('span')),
        );
        this.element = h('nav', { class: 'view-nav', tLabel: 'queue.views' },
            h('p', { class: 'nav-title', t: 'queue.title' }),
            h('ul', { class: 'nav-list' },
                ...[...this.items.values()].map(({ element }) => h('li', {}, element)),
            ),
            this.late,
            h('div', { class: 'nav-gap' }),
            (this.reports = h('button', {
                class: 'nav-item nav-reports', type: 'button', testid: 'view-reports',
                'aria-keyshortcuts': 'g r', on: { click: onReports },
            }, icon('chart'), h('span', { class: 'nav-label', t: 'nav.reports' }))),
            h('button', {
                class: 'nav-item nav-help',
                type: 'button',
                testid: 'help',
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
        language.on('change', this.render);
    }

    setView(view) {
        setAttribute(this.reports, 'aria-current', view === 'reports' ? 'page' : null);
        for (const [name, { element }] of this.items) {
            setAttribute(element, 'aria-current', name === view ? 'page' : null);
        }
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
        const counts = { ...countViews(heads, me.id, clock.now(), hours.of), resolved: this.resolvedCount() };
        for (const [view, { count }] of this.items) {
            write(count, counts[view] > 0 ? String(counts[view]) : '');
            count.hidden = counts[view] === 0;
        }
        const late = heads.filter((head) =>
            slaView(head.sla, clock.now()).state === 'breached').length;
        this.late.hidden = late === 0;
        write(this.lateText, t('queue.late', { n: late }));
    }
}
