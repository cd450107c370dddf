// /admin/tickets: views, live queue, thread, properties. The address says which; this page follows
// it.

import { t } from '../i18n/index.js';
import { makeKey } from '../sdk/guichet.js';
import { movesClocks } from '../state/head.js';
import { belongs, QUEUE_VIEWS } from '../state/queue-views.js';
import { Queue } from '../state/queue.js';
import { ResolvedList } from '../state/resolved-list.js';
import { readRoute, writeRoute } from '../state/route.js';
import { drawNotice } from './composer-notice.js';
import { ConsoleHeader } from './console-header.js';
import { h } from './dom.js';
import { QueueList } from './queue-list.js';
import { keepTitle } from './shell.js';
import { listenForShortcuts, showShortcuts } from './shortcuts.js';
import { SidePanel } from './side-panel.js';
import { Thread } from './thread.js';
import { ViewNav } from './view-nav.js';

const HEAD_AFTER_MS = 400;
const QUEUE_FRAME = { filter: { status: ['open', 'in_progress', 'waiting'] }, limit: 200 };

export class ConsolePage {
    #route = readRoute(location.search);
    #headTimer = null;

    /** @param {import('../app.js').App} app */
    constructor(app) {
        this.app = app;
        this.queue = new Queue();
        this.resolved = new ResolvedList(app.api);
        this.list = new QueueList(app, {
            queue: this.queue, resolved: () => this.resolved.heads,
            onOpen: (head) => this.go({ ticket: head.ref }),
            onFilter: (q) => history.replaceState(
                null,
                '',
                location.pathname + writeRoute(location.search, { q }),
            ),
            onMore: () => this.#loadMore(),
        });
        this.nav = new ViewNav(app, {
            queue: this.queue,
            resolvedCount: () => this.resolved.count,
            onChoose: (view) => this.go({ view, ticket: null }),
            onHelp: showShortcuts,
        });
        this.header = new ConsoleHeader(app, {
            onBack: () => this.go({ ticket: null }),
            onPanel: () => this.togglePanel(),
            act: (action) => this.act(action),
            onShow: (show) => this.thread?.log.setShow(show),
        });
        this.panel = new SidePanel(app, {
            set: (changes) => this.#set(changes),
            onClose: () => this.togglePanel(),
            others: (head) => this.#othersOf(head),
            onOpen: (head) => this.go({ ticket: head.ref }),
        });
        this.thread = new Thread(app, {
            audience: 'staff',
            header: this.header,
            empty: { text: 'thread.empty', hint: 'thread.emptyHint' },
        });
        this.element = h('div', {
            class: 'console',
            data: {
                panel: localStorage.getItem('guichet.panel') ?? (
                    innerWidth >= 1200
                        ? 'open'
                        : 'closed'
                ),
            },
        },
            this.nav.element,
            this.list.element,
            this.thread.element,
            this.panel.element,
        );
        this.panel.open(null);
        this.drawTitle = keepTitle(() =>
            ({ unread: this.#toTake(), text: this.thread?.room?.head?.ref ?? t('queue.title') }));
    }

    start() {
        document.querySelector('main').replaceChildren(this.element);
        this.app.subscriptions.openQueue(this.queue, QUEUE_FRAME);
        this.app.connection.on('hello', () => this.resolved.refresh());
        this.#listen();
        this.#bindKeys();
        this.list.filter.value = this.#route.q ?? '';
        this.follow();
    }

    go(changes) {
        history.pushState(null, '', location.pathname + writeRoute(location.search, changes));
        this.follow();
    }

    follow() {
        this.#route = readRoute(location.search);
        const { view, ticket } = this.#route;
        const chosen = QUEUE_VIEWS.includes(view) ? view : 'unassigned';
        this.nav.setView(chosen);
        this.list.setView(chosen);
        this.element.dataset.pane = ticket ? 'thread' : 'list';
        this.#openTicket(ticket);
    }

    /** An action on the open ticket, or on the one under the keyboard. */
    async act(action, head = this.thread.room?.head ?? this.list.focused()) {
        if (!head) return;
        const { toasts, connection } = this.app;
        try {
            await connection.command({ type: 'update', ticket: head.id, action, key: makeKey() });
            if (action === 'take') {
                toasts.show(['action.taken', { ref: head.ref }], {
                    action: { label: 'action.undo', run: () => this.act('release', head) },
                });
            }
            if (action === 'resolve') {
                toasts.show(['action.resolved', { ref: head.ref }], {
                    action: { label: 'action.undo', run: () => this.act('reopen', head) },
                });
            }
        } catch (error) {
            toasts.error(error);
        }
    }

    togglePanel() {
        const next = this.element.dataset.panel === 'open' ? 'closed' : 'open';
        this.element.dataset.panel = next;
        localStorage.setItem('guichet.panel', next);
    }

    #listen() {
        const { subscriptions } = this.app;
        // Signals of typing run out without an event, so the line is looked at each second.
        this.thread.composer.notice.addEventListener('tick', () => this.#drawNotice());
        addEventListener('popstate', () => this.follow());
        this.queue.on('change', () => {
            this.drawTitle();
            const { room } = this.thread;
            const head = room && this.queue.heads.get(room.id);
            if (head && room.head !== head && head.seq >= (room.head?.seq ?? 0)) room.setHead(head);
        });
        this.queue.on('left', ({ why }) => why === 'filter' && this.resolved.refreshSoon());
        this.queue.on('entered', ({ id }) => this.resolved.remove(id));
        this.resolved.on('change', () => {
            this.list.render();
            this.nav.render();
        });
        subscriptions.on('event', ({ event, room }) => {
            if (room.head) this.queue.merge([room.head], { onlyKnown: true });
            if (room === this.thread.room && movesClocks(event) && !this.queue.heads.has(room.id)) {
                this.#refreshHead(room);
            }
        });
    }

    #bindKeys() {
        const inMode = (mode) => () => this.thread.room && this.thread.composer.setMode(mode);
        const underKeyboard = () => this.list.focused() ?? this.thread.room?.head;
        listenForShortcuts({
            j: () => this.list.move(1),
            ArrowDown: () => this.list.move(1),
            k: () => this.list.move(-1),
            ArrowUp: () => this.list.move(-1),
            t: () => this.act('take', underKeyboard()),
            T: () => this.act('release', underKeyboard()),
            e: () => this.act('resolve', underKeyboard()),
            r: inMode('reply'), n: inMode('note'), i: () => this.togglePanel(), '?': showShortcuts,
            '/': () => this.list.filter.select(),
            Escape: () => this.#route.ticket && this.go({ ticket: null }),
        });
    }

    async #openTicket(ref) {
        const { list, thread, panel } = this;
        if (!ref) {
            list.openID = null;
            thread.close();
            panel.open(null);
            return list.render();
        }
        const known = [
            ...this.queue.heads.values(),
            ...this.resolved.heads,
        ].find((head) => head.ref === ref || head.id === ref);
        try {
            const id = known?.id ?? (await this.app.api.ticket(ref)).id;
            if (this.#route.ticket !== ref) return;
            list.openID = id;
            thread.open(id);
            panel.open(thread.room);
            this.#drawNotice();
        } catch {
            thread.showMissing();
            panel.open(null);
        }
        list.render();
        this.drawTitle();
    }

    #drawNotice() {
        const { room, composer } = this.thread;
        if (room?.head && !room.gone) {
            drawNotice(composer.notice, {
                room,
                me: this.app.me,
                mode: composer.mode,
                onTake: () => this.act('take'),
            });
        }
    }

    async #set(changes) {
        const { room } = this.thread;
        try {
            await this.app.connection.command({
                type: 'update',
                ticket: room.id,
                set: changes,
                key: makeKey(),
            });
        } catch (error) {
            this.app.toasts.error(error);
        }
    }

    /**
     * Only the hub computes clocks. A ticket of the queue gets its head from there; others are
     * asked for.
     */
    #refreshHead(room) {
        clearTimeout(this.#headTimer);
        this.#headTimer = setTimeout(async () => {
            try {
                const {
                    messages,
                    history: log,
                    more,
                    ...head
                } = await this.app.api.ticket(room.id);
                room.setHead(head);
            } catch {
                // The head in hand stays; the next event asks again.
            }
        }, HEAD_AFTER_MS);
    }

    async #loadMore() {
        try {
            const { status } = QUEUE_FRAME.filter;
            const page = await this.app.api.tickets({
                status,
                sort: 'urgency',
                limit: 200,
                cursor: this.queueCursor,
            });
            this.queueCursor = page.next;
            this.queue.hasMore = Boolean(page.next);
            this.queue.merge(page.tickets);
        } catch (error) {
            this.app.toasts.error(error);
        }
    }

    #othersOf(head) {
        return [...this.queue.heads.values(), ...this.resolved.heads].filter(({ id, client }) =>
            id !== head.id && client?.id === head.client?.id);
    }

    #toTake() {
        return [...this.queue.heads.values()].filter((head) =>
            belongs('unassigned', head, this.app.me.id)).length;
    }
}
