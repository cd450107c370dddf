// A client's list of tickets: grouped, searched, live. What it shows is the fold in
// `state/tickets.js`.

import { t } from '../i18n/index.js';
import { matches } from '../state/filters.js';
import { h, KeyedList, onNextFrame, say } from './dom.js';
import { icon } from './icon.js';
import { ticketRow } from './ticket-row.js';

const HIGHLIGHT_MS = 4000;

export class TicketListView {
    project = null;
    openID = null;
    #new = new Set();
    #query = '';

    /**
     * @param {import('../app.js').App} app
     * @param {import('../state/tickets.js').TicketList} list
     * @param {{onOpen: Function, onCreate: Function, onMore: Function, hasMore: () => boolean,
     *     hrefOf: Function}} options
     */
    constructor(app, list, options) {
        Object.assign(this, { app, list, options });
        this.heading = h('h1', { class: 'pane-title', t: 'portal.title' });
        this.eyebrow = h('div', { class: 'pane-eyebrow' });
        this.search = h('input', {
            class: 'field search-field',
            type: 'search',
            tLabel: 'portal.search',
            tPlaceholder: 'portal.search',
            testid: 'search',
        });
        this.groupsElement = h('div', { class: 'ticket-groups' });
        this.blank = h('div', { class: 'list-blank', hidden: true, testid: 'list-empty' });
        this.more = h('button', {
            class: 'button button-plain more-button',
            type: 'button',
            t: 'portal.more',
            hidden: true,
            on: { click: () => options.onMore() },
        });
        const create = h('button', {
            class: 'button button-primary',
            type: 'button',
            testid: 'new-ticket',
            'aria-keyshortcuts': 'c',
            on: { click: () => options.onCreate() },
        },
            icon('plus'),
            h('span', { t: 'portal.new' }),
        );
        this.element = h('section', { class: 'list-pane', tLabel: 'list.label' },
            h('div', { class: 'pane-head' },
                this.eyebrow,
                h('div', { class: 'pane-head-row' }, this.heading, create),
                h('div', { class: 'search-box' }, icon('search'), this.search),
            ),
            h('div', { class: 'pane-scroll' }, this.groupsElement, this.blank, this.more));
        this.groups = new KeyedList(this.groupsElement, ({ name }) => name, (group) =>
            this.#makeGroup(group));
        this.render = onNextFrame(() => this.#render());
        list.on('change', this.render);
        list.on('entered', (head) => this.#highlight(head));
        this.search.addEventListener('input', () => {
            this.#query = this.search.value;
            this.render();
        });
        this.search.addEventListener('keydown', (event) => event.key === 'Escape' && this.#clear());
    }

    showLoading() {
        this.blank.hidden = false;
        this.blank.replaceChildren(
            ...Array.from({ length: 4 }, () =>
                h('div', { class: 'skeleton-row', 'aria-hidden': 'true' }))
        );
    }

    showFailed(retry) {
        this.blank.hidden = false;
        this.blank.replaceChildren(
            h('p', { class: 'blank-title', t: 'list.failed' }),
            h('button', {
                class: 'button button-plain',
                type: 'button',
                t: 'retry',
                on: { click: retry },
            }),
        );
    }

    #render() {
        if (!this.list.isLoaded) return;
        const groups = this.list.groups({
            project: this.project,
            keep: (head) => matches(head, this.#query),
        });
        this.groups.render(groups);
        this.more.hidden = !this.options.hasMore();
        this.blank.hidden = groups.length > 0;
        if (groups.length > 0) return;
        if (this.#query) {
            this.blank.replaceChildren(
                h('p', { class: 'blank-title', t: 'portal.noResult' }),
                h('button', {
                    class: 'button button-plain',
                    type: 'button',
                    t: 'portal.clear',
                    on: { click: () => this.#clear() },
                }),
            );
        } else this.blank.replaceChildren(
            h('p', { class: 'blank-title', t: 'portal.empty' }),
            h('p', { class: 'blank-hint', t: 'portal.emptyHint' }),
        );
    }

    #makeGroup({ name }) {
        const count = h('span', { class: 'group-count' });
        const body = h('ul', { class: 'ticket-rows' });
        const rows = new KeyedList(body, ({ head }) => head.id, ({ head }) =>
            ticketRow({ app: this.app, list: this.list, ...this.options }, head));
        const label = h('span');
        say(label, `group.${name}`);
        const element = h('details', {
            class: 'ticket-group',
            data: { group: name },
            open: name !== 'closed',
        },
            h('summary', { class: 'group-head' }, icon('down'), label, count),
            body,
        );
        return {
            element,
            update: ({ heads }) => {
                count.textContent = String(heads.length);
                rows.render(
                    heads.map((head) =>
                        ({ head, isOpen: head.id === this.openID, isNew: this.#new.has(head.id) })),
                );
            },
        };
    }

    #highlight(head) {
        this.#new.add(head.id);
        this.app.announcer.count('ticket', (n) => t('portal.appeared', { n }));
        setTimeout(() => {
            this.#new.delete(head.id);
            this.render();
        }, HIGHLIGHT_MS);
    }

    #clear() {
        this.search.value = '';
        this.#query = '';
        this.render();
    }
}
