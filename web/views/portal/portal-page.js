// /client-portal: project, tickets, one thread. The page follows the address.

import { language, plainly, relative, t } from '../../i18n/index.js';
import { TicketFeed } from '../../net/ticket-feed.js';
import { movesClocks } from '../../state/snapshot.js';
import { PortalCounts } from '../../state/portal-counts.js';
import { readRoute, writeRoute } from '../../state/route.js';
import { OfflineTickets } from '../../state/offline-tickets.js';
import { SimilarTickets } from '../../state/similar-tickets.js';
import { TicketList } from '../../state/tickets.js';
import { h, isTyping, say } from '../parts/dom.js';
import { fetchAhead } from '../parts/fetch-ahead.js';
import { onKey } from '../parts/keys.js';
import { loadStyle } from '../parts/load-style.js';
import { PortalHeader } from './portal-header.js';
import { PortalOverview } from './portal-overview.js';
import { PortalProjects } from './portal-projects.js';
import { fetchSnapshot, keepTitle } from '../parts/shell.js';
import { tabList } from '../parts/tabs.js';
import { Thread } from '../thread/thread.js';
import { TicketListView } from './ticket-list.js';

const loadCreateForm = async () => {
    const [form] = await Promise.all([import('./create-form.js'), loadStyle('/styles/create.css')]);
    return form;
};

export class PortalPage {
    #route = readRoute(location.search);

    /** @param {import('../../app.js').App} app */
    constructor(app) {
        this.app = app;
        this.main = document.querySelector('main');
        this.list = new TicketList(app.me.id);
        this.feed = new TicketFeed(app, this.list, { isSeen: () => !document.hidden });
        this.counts = new PortalCounts(app.api, this.feed, this.list);
        const feed = {
            hasMore: () => this.feed.hasMore, loadMore: () => this.feed.loadMore(),
            count: this.counts.of,
        };
        this.listView = new TicketListView(app, this.list, {
            onOpen: (snapshot) => this.go({ ticket: snapshot.ref }),
            onCreate: () => this.create(), feed,
            hrefOf: ({ ref }) => writeRoute(location.search, { ticket: ref }),
        });
        this.similar = new SimilarTickets(app.api, () => ({
            snapshots: this.list.snapshots.values(), project: this.listView.project, hasMore: this.feed.hasMore,
        }));
        this.header = new PortalHeader(app, { onBack: () => this.go({ ticket: null }) });
        this.thread = new Thread(app, {
            audience: 'client',
            header: this.header,
            empty: { text: 'portal.pick' },
        });
        this.offline = new OfflineTickets(localStorage, app.me.id);
        this.overview = new PortalOverview(app, this.list, {
            feed,
            onOpen: (snapshot) => this.go({ ticket: snapshot.ref, tab: null }),
            onFilter: (status) => {
                this.listView.setStatus(status);
                this.go({ tab: null });
            },
        });
        this.badge = h('span', { class: 'tab-badge', hidden: true, testid: 'tab-badge' });
        this.tabs = tabList({
            label: 'portal.tabs',
            tabs: [
                { name: 'overview', label: 'portal.tab.overview' },
                { name: 'tickets', label: 'portal.tab.tickets', badge: this.badge },
            ],
            onChoose: (name) => this.go({ tab: name === 'overview' ? name : null, ticket: null }),
        });
        this.projects = new PortalProjects(app, {
            onPick: (project) => this.go({ project, ticket: null, tab: null }),
        });
        const { name, hours, switcher } = this.projects;
        this.panes = h('div', {
            class: 'portal-panes', role: 'tabpanel', id: 'panel-tickets', 'aria-labelledby': 'tab-tickets',
        }, this.listView.element, this.thread.element);
        this.pane = h('div', { class: 'portal' },
            h('nav', { class: 'portal-bar', tLabel: 'portal.tabs' }, name, hours, switcher, this.tabs.element),
            this.panes, this.overview.element);
        this.drawTitle = keepTitle(() =>
            ({ unread: this.list.unread, text: this.thread?.room?.snapshot?.ref ?? t('portal.title') }));
    }

    async start() {
        this.#listen();
        this.listView.showLoading();
        const [, problem] = await Promise.all([this.projects.load(), this.feed.start()]);
        if (problem && problem.code !== 'unauthorized') this.#showKept();
        else this.offline.save(this.list.snapshots.values(), this.app.clock.now());
        import('../parts/offline-shell.js').then(({ keepList, keepShell }) => {
            keepList(this.app, this.offline, this.list);
            keepShell();
        });
        this.follow();
    }

    /** Changes the address and updates the page. */
    go(changes) {
        const { scroller } = this.listView;
        history.replaceState({ ...history.state, top: scroller.scrollTop }, '');
        history.pushState(null, '', location.pathname + writeRoute(location.search, changes));
        return this.follow();
    }

    async follow() {
        this.#route = readRoute(location.search);
        const { project, ticket } = this.#route;
        const count = this.projects.all.length;
        if (count > 1 && !project && !ticket) return this.#showPicker();
        if (count === 0 && this.list.snapshots.size === 0 && this.#asksProject) return this.#showNone();
        const narrowed = { project: count > 1 ? project : null };
        for (const part of [this.listView, this.overview, this.counts]) Object.assign(part, narrowed);
        this.counts.refreshSoon();
        this.projects.show(project);
        this.#showTab(ticket ? 'tickets' : this.#tab);
        if (!this.pane.isConnected) this.main.replaceChildren(this.pane);
        this.pane.dataset.pane = ticket ? 'thread' : 'list';
        await this.#openTicket(ticket);
        this.listView.render();
        this.drawTitle();
    }

    /** The tab is in the address's query, or in its fragment for links from other sites. */
    get #tab() {
        const asked = this.#route.tab ?? location.hash.slice(1);
        return asked === 'overview' ? 'overview' : 'tickets';
    }

    #showTab(name) {
        this.tabs.update(name);
        this.panes.hidden = name !== 'tickets';
        this.overview.element.hidden = name !== 'overview';
        this.overview.render();
    }

    /** Without a hub, shows the stored tickets of the last visit. */
    #showKept() {
        const kept = this.offline.read();
        if (!kept) return this.listView.showFailed(() => location.reload());
        this.list.load(kept.snapshots);
        this.listView.showStale(kept.at);
        const stop = this.app.connection.on('hello', () => {
            stop();
            this.listView.showStale(null);
        });
    }

    async create(title = '') {
        const { CreateForm } = await loadCreateForm();
        new CreateForm(this.app, {
            projects: this.projects.all, project: this.#route.project, title,
            similar: (text) => this.similar.find(text),
            onView: (snapshot) => this.go({ ticket: snapshot.ref, tab: null }),
            onCreated: async (snapshot) => {
                this.list.put(snapshot);
                const project = this.projects.all.length > 1 ? { project: snapshot.project } : {};
                await this.go({ ticket: snapshot.ref, ...project });
                this.thread.focusHeading();
                this.feed.created();
            },
        }).open();
    }

    #listen() {
        // Fetched after the page, to keep it light, but before the network may be lost.
        const stop = this.app.connection.on('hello', () => {
            stop();
            fetchAhead([
                loadCreateForm, () => import('../thread/stale-dialog.js'),
                () => import('../settings/preferences-sheet.js'), () => import('../parts/connection-panel.js'),
                () => this.#listenForAlerts(),
            ]);
        });
        addEventListener('popstate', async ({ state }) => {
            await this.follow();
            requestAnimationFrame(() => (this.listView.scroller.scrollTop = state?.top ?? 0));
        });
        addEventListener('hashchange', () => this.follow());
        // The person may come from another device.
        addEventListener('focus', () => this.feed.look());
        document.addEventListener('visibilitychange', () => document.hidden || this.feed.look());
        this.list.on('change', () => {
            this.drawTitle();
            this.counts.refreshSoon();
            this.#drawBadge();
        });
        this.counts.hub.on('change', () => {
            this.#drawBadge();
            this.listView.render();
            this.overview.render();
        });
        this.app.outbox.on('sent', ({ item, answer }) => {
            if (item.type !== 'create') return;
            this.list.put(answer.ticket);
            this.feed.created();
            this.app.toasts.show(['create.created', { ref: answer.ticket.ref }]);
        });
        // The age in the banner must be updated.
        this.thread.banner.addEventListener('tick', () => this.#banner());
        this.thread.banner.dataset.ticks = '';
        this.app.subscriptions.on('event', ({ event, room }) => {
            if (room !== this.thread.room) return;
            this.#banner();
            if (movesClocks(event)) fetchSnapshot(this.app, room);
        });
        this.app.subscriptions.on('room', () => this.#banner());
        onKey(document, (event) => {
            if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
            if (event.key === 'c') {
                event.preventDefault();
                this.create();
            } else if (event.key === 'Escape' && this.#route.ticket) this.go({ ticket: null });
            else if (event.key === '/') {
                event.preventDefault();
                this.listView.search.focus();
            }
        });
    }

    async #listenForAlerts() {
        const { listenForAlerts } = await import('./portal-alerts.js');
        listenForAlerts(this.app, { onOpen: (ticket) => this.go({ ticket, tab: null }) });
    }

    #drawBadge() {
        const n = this.counts.waiting;
        this.badge.hidden = n === 0;
        say(this.badge, ['portal.badge', { n }]);
    }

    /** An empty list of projects in the token means none is left; no list means no limit. */
    get #asksProject() {
        return Array.isArray(this.app.me.projects) && this.app.me.projects.length === 0;
    }

    #showNone() {
        this.main.replaceChildren(h('div', { class: 'centred' },
            h('p', { class: 'blank-title', t: 'project.none', testid: 'no-project' })));
    }

    #showPicker() {
        this.thread.close();
        this.main.replaceChildren(this.projects.pick());
    }

    async #openTicket(ref) {
        if (!ref) {
            this.listView.openID = null;
            return this.thread.close();
        }
        const known = [...this.list.snapshots.values()].find(({ id, ref: other }) =>
            id === ref || other === ref);
        try {
            const id = known?.id ?? (await this.app.api.ticket(ref)).id;
            if (this.#route.ticket !== ref) return;
            this.listView.openID = id;
            this.thread.open(id);
            this.#banner();
        } catch (error) {
            if (this.#route.ticket !== ref) return;
            if (error.isGone) return this.thread.showMissing();
            this.thread.close();
            this.thread.showFailed(() => this.#openTicket(ref));
        }
    }

    #banner() {
        const { banner, room, composer } = this.thread;
        const status = room?.snapshot?.status;
        banner.hidden = status !== 'resolved' && status !== 'closed';
        composer.element.hidden = status === 'closed';
        banner.dataset.status = status ?? '';
        if (banner.hidden) return;
        const since = room.snapshot.sla?.resolvedAt;
        const key = `${status} ${room.id} ${since && relative(since, this.app.clock.now())} ${language.code}`;
        if (banner.dataset.drawn === key) return;
        banner.dataset.drawn = key;
        const text = h('span');
        say(text, status === 'resolved' && since
            ? ['thread.resolvedSince', { when: relative(since, this.app.clock.now()) }]
            : `thread.${status}Banner`);
        banner.replaceChildren(text);
        if (status === 'closed') {
            const { ref, title } = room.snapshot;
            banner.append(
                h('button', {
                    class: 'button button-primary',
                    type: 'button',
                    t: 'thread.followUp',
                    testid: 'follow-up',
                    on: { click: () => this.create(plainly('thread.followUpTitle', { ref, title })) },
                }),
            );
        }
    }
}
