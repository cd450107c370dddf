// The live queue of one view: sorted by urgency, filtered, walked with the keyboard.

import { language, t } from '../i18n/index.js';
import { belongs, matches } from '../state/queue-views.js';
import { byActivity, byUrgency } from '../state/urgency.js';
import { h, KeyedList, onNextFrame, say } from './dom.js';
import { icon } from './icon.js';
import { queueRow } from './queue-row.js';

const HIGHLIGHT_MS = 4000;

/** Rows on the page; more come as the list is scrolled, so that a long queue stays light. */
const WINDOW = 100;

export class QueueList {
    view = 'unassigned';
    openID = null;
    #focusID = null;
    #heads = [];
    #new = new Set();
    #shown = WINDOW;

    /**
     * @param {import('../app.js').App} app
     * @param {{queue: object, resolved: () => object[], onOpen: Function, onFilter: (text: string)
     *     => void, onMore: Function}} options
     */
    constructor(app, options) {
        Object.assign(this, { app, options });
        this.title = h('h1', { class: 'pane-title' });
        this.count = h('span', { class: 'queue-count', testid: 'queue-count' });
        this.filter = h('input', {
            class: 'field search-field',
            type: 'search',
            tLabel: 'queue.filter',
            tPlaceholder: 'queue.filterHint',
            testid: 'filter',
            'aria-keyshortcuts': '/',
        });
        this.grid = h('div', {
            class: 'queue-rows',
            role: 'grid',
            tLabel: 'list.label',
            testid: 'queue',
        });
        this.blank = h('div', { class: 'list-blank', hidden: true, testid: 'list-empty' });
        this.more = h('button', {
            class: 'button button-plain more-button',
            type: 'button',
            t: 'portal.more',
            hidden: true,
            on: { click: () => this.#more() },
        });
        this.scroller = h('div', { class: 'pane-scroll' }, this.grid, this.blank, this.more);
        this.element = h('section', { class: 'queue-pane', tLabel: 'list.label' },
            h('div', { class: 'pane-head' },
                h('div', { class: 'pane-head-row' }, this.title, this.count),
                h('div', { class: 'search-box' }, icon('search'), this.filter),
            ),
            this.scroller);
        this.rows = new KeyedList(this.grid, ({ head }) => head.id, ({ head }) =>
            queueRow({ app, onOpen: (chosen) => this.#open(chosen) }, head));
        this.render = onNextFrame(() => this.#render());
        this.#listen();
    }

    #listen() {
        const { queue } = this.options;
        queue.on('change', this.render);
        queue.on('entered', (head) => this.#highlight(head));
        language.on('change', this.render);
        this.filter.addEventListener('input', () => {
            this.#shown = WINDOW;
            this.options.onFilter(this.filter.value);
            this.render();
        });
        this.filter.addEventListener('keydown', (event) => {
            if (event.key === 'Escape') this.clearFilter();
            if (event.key === 'ArrowDown' || event.key === 'Enter') {
                event.preventDefault();
                this.move(0);
            }
        });
        this.grid.addEventListener('focusin', ({ target }) => {
            const id = target.closest('.queue-row')?.dataset.ticket;
            if (id && id !== this.#focusID) {
                this.#focusID = id;
                this.render();
            }
        });
        this.grid.addEventListener('keydown', (event) => {
            const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
            if (step !== undefined) this.move(step);
            else if (event.key === 'Enter' || event.key === ' ') this.#open(this.focused());
            else return;
            event.preventDefault();
            event.stopPropagation();
        });
    }

    setView(view) {
        if (view !== this.view) {
            this.#shown = WINDOW;
            this.scroller.scrollTop = 0;
        }
        this.view = view;
        say(this.title, `view.${view}`);
        this.render();
    }

    /** The head under the keyboard, else the open one. */
    focused() {
        const id = this.grid.contains(document.activeElement) ? this.#focusID : this.openID;
        return this.#heads.find((head) => head.id === id) ?? null;
    }

    /** Moves the keyboard by so many rows and puts it there. */
    move(step) {
        if (this.#heads.length === 0) return;
        const from = this.#heads.findIndex(({ id }) => id === (this.#focusID ?? this.openID));
        const to = Math.max(0, Math.min(this.#heads.length - 1, from === -1 ? 0 : from + step));
        this.#focusID = this.#heads[to].id;
        this.#shown = Math.max(this.#shown, to + 1);
        this.#render();
        this.rows.part(this.#focusID)?.element.focus();
    }

    clearFilter() {
        this.filter.value = '';
        this.options.onFilter('');
        this.render();
    }

    #open(head) {
        if (!head) return;
        this.#focusID = head.id;
        this.options.onOpen(head);
    }

    #render() {
        const { queue, resolved } = this.options;
        const source = this.view === 'resolved' ? resolved() : [...queue.heads.values()];
        if (!queue.isLoaded && this.view !== 'resolved') return this.#showLoading();
        const order = this.view === 'resolved' ? byActivity : byUrgency(this.app.clock.now());
        this.#heads = source
            .filter((head) => belongs(this.view, head, this.app.me.id))
            .filter((head) => matches(head, this.filter.value))
            .sort(order);
        const focusID = this.#heads.some(({ id }) => id === this.#focusID)
            ? this.#focusID
            : this.#heads[0]?.id;
        this.rows.render(
            this.#heads.slice(0, this.#shown).map((head) =>
                ({
                    head,
                    isOpen: head.id === this.openID,
                    isFocusable: head.id === focusID,
                    isNew: this.#new.has(head.id),
                })),
        );
        this.grid.setAttribute('aria-rowcount', String(this.#heads.length));
        say(this.count, ['queue.count', { n: this.#heads.length }]);
        this.more.hidden = this.#heads.length <= this.#shown && !queue.hasMore;
        this.#drawBlank();
    }

    #drawBlank() {
        this.blank.hidden = this.#heads.length > 0;
        if (this.#heads.length > 0) return;
        const line = (key, className) => h('p', { class: className, t: key });
        if (this.filter.value) {
            this.blank.replaceChildren(
                line('queue.noResult', 'blank-title'),
                h('button', {
                    class: 'button button-plain',
                    type: 'button',
                    t: 'queue.clear',
                    on: { click: () => this.clearFilter() },
                }),
            );
        } else if (this.view === 'unassigned') this.blank.replaceChildren(
            icon('checkCircle', 'icon blank-icon'),
            line('queue.nothingToTake', 'blank-title'),
            line('queue.nothingToTakeHint', 'blank-hint'),
        );
        else this.blank.replaceChildren(line('queue.nothing', 'blank-title'));
    }

    #showLoading() {
        this.blank.hidden = false;
        this.blank.replaceChildren(
            ...Array.from({ length: 5 }, () =>
                h('div', { class: 'skeleton-row', 'aria-hidden': 'true' }))
        );
    }

    #more() {
        this.#shown += WINDOW;
        if (this.options.queue.hasMore) this.options.onMore();
        this.render();
    }

    #highlight(head) {
        this.#new.add(head.id);
        if (belongs(this.view, head, this.app.me.id)) {
            this.app.announcer.count('queue', (n) => t('queue.new', { n }));
        }
        setTimeout(() => {
            this.#new.delete(head.id);
            this.render();
        }, HIGHLIGHT_MS);
    }
}
