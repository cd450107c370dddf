// /admin/tickets: views, live queue, thread, properties. The page follows the address.

import { t } from '../../i18n/index.js';
import { Drafts } from '../../state/drafts.js';
import { writeFilters } from '../../state/filters.js';
import { movesClocks } from '../../state/snapshot.js';
import { MentionedSnapshots } from '../../state/mentioned-snapshots.js';
import { QUEUE_VIEWS } from '../../state/queue-views.js';
import { Queue } from '../../state/queue.js';
import { ResolvedList } from '../../state/resolved-list.js';
import { readRoute, writeRoute } from '../../state/route.js';
import { fromHubFilter, SavedViews } from '../../state/saved-views.js';
import { AwayBanner } from '../thread/away-banner.js';
import { Bell } from '../parts/bell.js';
import { BottomBar } from '../parts/bottom-bar.js';
import { consoleBindings } from './console-keys.js';
import { LateParts } from './console-late.js';
import { ConsolePlaces } from './console-places.js';
import { h } from '../parts/dom.js';
import { QueueController } from '../queue/queue-controller.js';
import { QueueList } from '../queue/queue-list.js';
import { QueueSize } from '../queue/queue-size.js';
import { fetchSnapshot, keepTitle } from '../parts/shell.js';
import { Shortcuts } from '../parts/shortcuts.js';
import { watchCrossings } from '../parts/sla-crossings.js';
import { TicketActions } from '../thread/ticket-actions.js';
import { TicketMenus } from '../thread/ticket-menus.js';
import { ViewNav } from './view-nav.js';

const QUEUE_FRAME = { filter: { status: ['open', 'in_progress', 'waiting'] }, limit: 200 };
/** From this width on, the side panel is open unless somebody has closed it. */
const WIDE_PX = 1200;

export class ConsolePage {
    #route = readRoute(location.search);
    #next = null;
    /** Resolves once the ticket of the address is open. */
    #opening = null;
    #lastFocus = null;
    /** Fetched right after the queue; see `LateParts`. */
    thread = null;

    /** @param {import('../../app.js').App} app */
    constructor(app) {
        this.app = app;
        this.queue = new Queue();
        this.resolved = new ResolvedList(app.api);
        this.saved = new SavedViews(app);
        this.drafts = new Drafts(localStorage, app.me.id);
        this.bell = new Bell(app, {
            onOpen: (ref) => this.goTo(ref),
            snapshotOf: (id) => this.snapshots().find((snapshot) => snapshot.id === id),
        });
        const mentioned = () => this.bell.state.mentioned;
        this.mentions = new MentionedSnapshots(app.api, mentioned);
        this.late = new LateParts(this);
        this.menus = new TicketMenus(app);
        this.actions = new TicketActions(app, this.menus, this.drafts);
        this.list = new QueueList(app, {
            queue: this.queue, resolved: this.resolved, saved: this.saved, drafts: this.drafts, mentioned,
            mentions: this.mentions,
            onOpen: (snapshot) => this.go({ ticket: snapshot.ref }),
            onRoute: (changes) => history.replaceState(
                null, '', location.pathname + writeRoute(location.search, changes)),
            onSelect: (how) => this.late.ticked(how),
            onSave: () => this.late.saveView(),
            act: (action, snapshot) => this.actions.act(action, snapshot),
        });
        this.nav = new ViewNav(app, {
            queue: this.queue, saved: this.saved, mentioned,
            resolvedCount: () => this.resolved.count,
            onChoose: (view) => this.chooseView(view),
            onSaved: (view) => this.chooseSaved(view),
            onPlace: (panel) => this.go({ panel, ticket: null }),
            onHelp: () => this.shortcuts.showSheet(), onCounted: () => this.drawTitle(),
        });
        document.querySelector('.header-tools')?.prepend(this.bell.element);
        this.shortcuts = new Shortcuts(consoleBindings(this), app.preferences);
        this.places = new ConsolePlaces(this);
        this.bottom = new BottomBar(this);
        this.away = new AwayBanner(app, () => {
            if (this.away.isAway) this.keeper.show();
            this.list.setStale(this.away.label());
        });
        const panel = localStorage.getItem('guichet.panel') ?? (innerWidth >= WIDE_PX ? 'open' : 'closed');
        this.element = h('div', { class: 'console', data: { panel } },
            this.nav.element, this.list.element, this.late.threadSlot, this.places.element,
            this.bottom.element);
        this.size = new QueueSize(this.list.element, this.element);
        this.keeper = new QueueController(app, this.queue, this.away);
        this.drawTitle = keepTitle(() =>
            ({ unread: this.nav.count('unassigned'), text: this.thread?.room?.snapshot?.ref ?? t('queue.title') }));
    }

    start() {
        document.querySelector('main').replaceChildren(this.away.element, this.element);
        this.app.subscriptions.openQueue(this.queue, QUEUE_FRAME);
        this.app.connection.on('hello', () => {
            this.resolved.refresh();
            this.late.thread();
        });
        watchCrossings(this.app, () => this.queue.snapshots.values());
        this.#listen();
        this.follow();
    }

    /** Like `go`, but the work goes on in the ticket: its heading gets the focus. */
    goTo(ref, changes = {}) {
        this.go({ ticket: ref, panel: null, ...changes });
        this.#focusThread(ref, (thread) => thread.focusHeading());
    }

    /** Writes in the open ticket, even if it is still being loaded. */
    write(mode) {
        const { ticket } = this.#route;
        if (ticket) this.#focusThread(ticket, (thread) => thread.room && thread.write(mode));
    }

    /** Where two follow each other while the ticket is loaded, the last one counts. */
    async #focusThread(ref, focus) {
        this.#lastFocus = focus;
        const thread = await this.late.thread();
        await this.#opening;
        if (this.#route.ticket === ref && this.#lastFocus === focus) focus(thread);
    }

    go(changes) {
        history.replaceState({ ...history.state, top: this.list.scroller.scrollTop }, '');
        history.pushState(null, '', location.pathname + writeRoute(location.search, changes));
        this.follow();
    }

    /** The filters of a saved view belong to it: leaving the view drops them. */
    chooseView(view) {
        const isLeaving = this.#route.view?.startsWith('saved-');
        this.go({
            view, ticket: null, panel: null, tab: null,
            ...(isLeaving ? { ...writeFilters(fromHubFilter().filters), q: null } : {}),
        });
    }

    chooseSaved(view) {
        const { filters, text } = fromHubFilter(view.filter);
        this.go({
            view: SavedViews.nameOf(view.id), ticket: null, panel: null, tab: null,
            ...writeFilters(filters), q: text,
        });
    }

    /** Escape and the back button: closes the thread and returns to the place in the list. */
    back() {
        if (this.places.leaveWall()) return undefined;
        if (this.places.name) return this.go({ panel: null });
        if (!this.#route.ticket) return undefined;
        this.go({ ticket: null });
        return this.list.move(0);
    }

    follow() {
        this.#route = readRoute(location.search);
        const place = this.places.nameIn(this.#route.panel, location.hash);
        const { view } = this.#route;
        // Reports and settings have the whole page: a ticket in the address waits for its turn.
        const ticket = place ? null : this.#route.ticket;
        const isKnown = QUEUE_VIEWS.includes(view) || view?.startsWith('saved-');
        const chosen = isKnown ? view : 'unassigned';
        this.nav.setView(place ?? chosen);
        this.list.setRoute(this.#route);
        this.list.setView(chosen);
        this.element.dataset.pane = ticket ? 'thread' : 'list';
        this.element.dataset.page = place ?? 'queue';
        this.places.show(place, this.#route.tab);
        this.bottom.setCurrent(place === null && !ticket);
        this.#opening = this.#openTicket(ticket);
    }

    togglePanel(next = this.element.dataset.panel === 'open' ? 'closed' : 'open') {
        this.element.dataset.panel = next;
        localStorage.setItem('guichet.panel', next);
    }

    showHistory() {
        this.togglePanel('open');
        this.late.panel((panel) => panel.showHistory());
    }

    async resolveAndNext(snapshot) {
        if (!snapshot) return;
        this.#next = this.#after(snapshot.id);
        await this.actions.act('resolve', snapshot);
        this.openNext();
    }

    #listen() {
        const { subscriptions } = this.app;
        addEventListener('popstate', ({ state }) => {
            this.follow();
            if (state?.top !== undefined) this.list.scroller.scrollTop = state.top;
        });
        addEventListener('hashchange', () => this.follow());
        this.queue.on('change', () => {
            const room = this.thread?.room;
            const snapshot = room && this.queue.snapshots.get(room.id);
            if (snapshot && room.snapshot !== snapshot && snapshot.seq >= (room.snapshot?.seq ?? 0)) {
                room.setSnapshot(snapshot);
            }
        });
        this.queue.on('left', ({ id, why }) => {
            if (why !== 'filter') return;
            this.resolved.refreshSoon();
            // The queue tells no more of its clocks.
            if (id === this.thread?.room?.id) fetchSnapshot(this.app, this.thread.room);
        });
        this.queue.on('entered', ({ id }) => this.resolved.remove(id));
        this.resolved.on('change', () => {
            this.list.render();
            this.nav.render();
        });
        subscriptions.on('event', ({ event, room }) => {
            if (room.snapshot) this.queue.merge([room.snapshot], { onlyKnown: true });
            if (room === this.thread?.room && movesClocks(event) && !this.queue.snapshots.has(room.id)) {
                fetchSnapshot(this.app, room);
            }
        });
        this.saved.on('change', () => this.list.setView(this.list.view));
        this.bell.state.on('change', () => {
            this.list.render();
            this.nav.render();
        });
        this.drafts.onChange = () => this.list.render();
        addEventListener('storage', ({ key }) => key?.startsWith('guichet.draft.') && this.drafts.refresh());
    }

    async #openTicket(ref) {
        const { list } = this;
        if (!ref) {
            list.openID = null;
            this.thread?.close();
            this.bell.state.setOpen(null);
            this.panel?.open(null);
            return list.render();
        }
        const thread = await this.late.thread();
        if (this.#route.ticket !== ref) return undefined;
        const known = this.snapshots().find((snapshot) => snapshot.ref === ref || snapshot.id === ref);
        try {
            const id = known?.id ?? (await this.app.api.ticket(ref)).id;
            if (this.#route.ticket !== ref) return undefined;
            list.openID = id;
            this.#next = this.#after(id);
            thread.open(id);
            this.late.panel((panel) => panel.open(thread.room));
            this.bell.state.setOpen(id);
            thread.drawNotice();
        } catch (error) {
            if (this.#route.ticket !== ref) return undefined;
            this.panel?.open(null);
            if (error.isGone) thread.showMissing();
            else {
                thread.close();
                thread.showFailed(() => this.#openTicket(ref));
            }
        }
        list.render();
        return this.drawTitle();
    }

    /** Every loaded ticket. */
    snapshots() {
        const { hub } = this.list.source;
        return [...this.queue.snapshots.values(), ...this.resolved.snapshots, ...hub.snapshots.values()];
    }

    /** The ticket below this one, in the current order of the list. */
    #after(id) {
        const { order } = this.list;
        return order[order.indexOf(id) + 1] ?? order[order.indexOf(id) - 1] ?? null;
    }

    openNext() {
        const snapshot = this.#next && this.snapshots().find(({ id }) => id === this.#next);
        if (snapshot) return this.goTo(snapshot.ref);
        this.go({ ticket: null });
        return this.list.move(0);
    }

    /** Other tickets of the same client. */
    async othersOf({ id, client }) {
        const { tickets } = await this.app.api.tickets({ client: [client.id], sort: '-updatedAt', limit: 6 });
        return tickets.filter((snapshot) => snapshot.id !== id);
    }
}
