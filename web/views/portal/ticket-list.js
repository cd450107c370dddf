// A client's list of tickets: grouped, searched, live. It shows the fold of `state/tickets.js`.

import { number, t, time } from '../../i18n/index.js';
import { LoadingDelay } from '../../state/loading-delay.js';
import { TicketSource } from '../../state/ticket-source.js';
import { h, KeyedList, onNextFrame, say, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';
import { showSkeleton } from '../queue/list-blank.js';
import { TicketRow } from './ticket-row.js';

const HIGHLIGHT_MS = 4000;
const STATUSES = ['all', 'active', 'resolved'];

export class TicketListView {
    project = null;
    openID = null;
    #new = new Set();
    #query = '';
    #status = 'all';
    #held = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {import('../../state/tickets.js').TicketList} list
     * @param {{onOpen: Function, onCreate: Function, feed: object, hrefOf: Function}} options `feed`: see
     *     `TicketSource`
     */
    constructor(app, list, options) {
        Object.assign(this, { app, list, options });
        this.source = new TicketSource(app.api, list, options.feed, () => ({
            project: this.project, words: this.#query, show: this.#status, category: this.category.value,
        }));
        this.#makeFilters();
        this.#makeRows();
        this.#assemble();
        this.#listen();
        this.#drawPending();
    }

    #makeFilters() {
        this.search = h('input', {
            class: 'field search-field', type: 'search', tLabel: 'portal.search',
            tPlaceholder: 'portal.search', testid: 'search',
        });
        this.status = h('div', { class: 'show-filter', role: 'group', tLabel: 'filters.status' },
            ...STATUSES.map((name) => h('button', {
                class: 'show-button', type: 'button', t: `portal.show.${name}`, data: { show: name },
                testid: `list-${name}`, 'aria-pressed': String(name === 'all'),
                on: { click: () => this.setStatus(name) },
            })));
        this.category = h('select', { class: 'bar-select', tLabel: 'create.category', testid: 'list-category' },
            h('option', { value: '', t: 'portal.allCategories' }),
            ...['incident', 'request', 'change'].map((name) =>
                h('option', { value: name, t: `category.${name}` })));
    }

    #makeRows() {
        this.stale = h('p', { class: 'stale-line', hidden: true, testid: 'stale-data' });
        this.pendingList = h('ul', { class: 'ticket-rows pending-rows', testid: 'pending-tickets' });
        this.groupsElement = h('div', { class: 'ticket-groups' });
        this.groups = new KeyedList(this.groupsElement, ({ name }) => name, (group) =>
            this.#makeGroup(group));
        this.blank = h('div', { class: 'list-blank', hidden: true, testid: 'list-empty' });
        this.more = h('button', {
            class: 'button button-plain more-button', type: 'button', t: 'portal.more', hidden: true,
            testid: 'load-more', on: { click: () => this.#loadMore() },
        });
        this.render = onNextFrame(() => this.#render());
        this.patience = new LoadingDelay(() => showSkeleton(this.blank, 4));
    }

    #assemble() {
        this.heading = h('h1', { class: 'pane-title', t: 'portal.title' });
        this.eyebrow = h('div', { class: 'pane-eyebrow' });
        this.scroller = h('div', { class: 'pane-scroll' },
            this.pendingList, this.groupsElement, this.blank, this.more);
        const create = h('button', {
            class: 'button button-primary', type: 'button', testid: 'new-ticket',
            'aria-keyshortcuts': 'c', on: { click: () => this.options.onCreate() },
        },
            icon('plus'),
            h('span', { t: 'portal.new' }));
        this.element = h('section', { class: 'list-pane', tLabel: 'list.label' },
            h('div', { class: 'pane-head' },
                this.eyebrow,
                h('div', { class: 'pane-head-row' }, this.heading, create),
                h('div', { class: 'search-box' }, icon('search'), this.search),
                h('div', { class: 'bar-row' }, this.status, this.category),
                this.stale,
            ),
            this.scroller);
    }

    #listen() {
        this.app.outbox.on('change', (ticket) => ticket === null && this.#drawPending());
        this.#listenToList();
        this.category.addEventListener('change', () => this.#narrowed());
        this.search.addEventListener('input', () => {
            this.#query = this.search.value;
            this.source.ask({ isTyping: true });
            this.#narrowed();
        });
        onKey(this.search, (event) => event.key === 'Escape' && this.#clear());
        this.groupsElement.addEventListener('focusin', () => this.#hold());
        // A moved node loses its focus for a moment; only afterwards is a real loss known.
        this.groupsElement.addEventListener('focusout', () => queueMicrotask(() => this.#hold()));
    }

    #listenToList() {
        this.list.on('change', () => {
            this.source.hub.refreshSoon();
            this.render();
        });
        this.list.on('entered', (snapshot) => this.#highlight(snapshot));
        this.source.hub.on('answered', () => this.#narrowed());
        for (const news of ['change', 'page']) this.source.hub.on(news, this.render);
    }

    showLoading() {
        this.patience.begin();
    }

    showFailed(retry) {
        this.patience.reset();
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
        if (!this.list.isLoaded || !this.patience.isOver(this.render)) return;
        this.source.ask();
        const groups = this.source.groups(this.#held);
        this.total = this.source.total(groups);
        this.groups.render(groups);
        this.more.hidden = !this.source.hasMore;
        this.blank.hidden = groups.length > 0;
        if (groups.length > 0) return;
        if (this.source.isWaiting) showSkeleton(this.blank, 3);
        else if (this.source.hub.error) this.showFailed(() => this.source.hub.refresh());
        else if (this.source.isNarrowed) {
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

    /** The focused row keeps its place; it moves when it loses the focus. */
    #hold() {
        const row = document.activeElement?.closest?.('.ticket-row');
        const id = this.groupsElement.contains(row) ? row.dataset.ticket : null;
        if (id === (this.#held?.id ?? null)) return;
        this.#held = this.list.snapshots.get(id) ?? null;
        this.render();
    }

    setStatus(name) {
        this.#status = name;
        for (const button of this.status.children) {
            setAttribute(button, 'aria-pressed', String(button.dataset.show === name));
        }
        this.#narrowed();
    }

    #narrowed() {
        this.#render();
        if (this.source.isNarrowed && !this.source.isWaiting && this.list.isLoaded) {
            this.app.announcer.say(t('portal.found', { n: this.total }));
        }
    }

    /** Shows the stored list of an earlier visit until the hub answers. */
    showStale(at) {
        this.stale.hidden = at === null;
        if (at !== null) say(this.stale, ['portal.stale', { time: time(at) }]);
    }

    async #loadMore() {
        const before = new Set([...this.groupsElement.querySelectorAll('.ticket-row')].map(({ dataset }) =>
            dataset.ticket));
        await this.source.loadMore().catch((error) =>
            this.app.toasts.error(error, { retry: () => this.#loadMore() }));
        this.#render();
        const fresh = [...this.groupsElement.querySelectorAll('.ticket-row')].find(({ dataset }) =>
            !before.has(dataset.ticket));
        fresh?.focus();
    }

    /** Tickets that were created without a connection. */
    #drawPending() {
        const items = this.app.outbox.all().filter(({ type, state }) => type === 'create' && state !== 'sent');
        this.pendingList.hidden = items.length === 0;
        this.pendingList.replaceChildren(...items.map(({ key, fields, state }) => h('li', {
            class: 'ticket-row pending-ticket', testid: 'pending-ticket', data: { state },
        },
            h('span', { class: 'row-title', text: fields.set.title }),
            h('span', { class: 'row-foot' },
                icon(state === 'failed' ? 'warning' : 'hourglass'),
                h('span', { t: state === 'failed' ? 'message.failed' : 'message.queued' }),
                state === 'failed' && h('button', {
                    class: 'link-button', type: 'button', t: 'retry',
                    on: { click: () => this.app.outbox.retry(key) },
                })))));
    }

    #makeGroup({ name }) {
        const count = h('span', { class: 'group-count' });
        const body = h('ul', { class: 'ticket-rows' });
        const rows = new KeyedList(body, ({ snapshot }) => snapshot.id, ({ snapshot }) =>
            new TicketRow({ app: this.app, list: this.list, ...this.options }, snapshot));
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
            update: ({ snapshots, count: n }) => {
                count.textContent = number(n);
                rows.render(
                    snapshots.map((snapshot) =>
                        ({ snapshot, isOpen: snapshot.id === this.openID, isNew: this.#new.has(snapshot.id),
                            query: this.#query })),
                );
            },
        };
    }

    #highlight(snapshot) {
        this.#new.add(snapshot.id);
        this.app.announcer.count('ticket', (n) => t('portal.appeared', { n }));
        setTimeout(() => {
            this.#new.delete(snapshot.id);
            this.render();
        }, HIGHLIGHT_MS);
    }

    #clear() {
        this.search.value = '';
        this.#query = '';
        this.category.value = '';
        this.setStatus('all');
    }
}
