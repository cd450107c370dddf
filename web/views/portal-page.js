// /client-portal: project, tickets, one thread. The address says which; this page follows it.

import { t } from '../i18n/index.js';
import { TicketFeed } from '../net/ticket-feed.js';
import { movesClocks } from '../state/head.js';
import { readRoute, writeRoute } from '../state/route.js';
import { TicketList } from '../state/tickets.js';
import { CreateForm } from './create-form.js';
import { h, isTyping, say } from './dom.js';
import { PortalHeader } from './portal-header.js';
import { projectPicker } from './project-picker.js';
import { keepTitle } from './shell.js';
import { Thread } from './thread.js';
import { TicketListView } from './ticket-list.js';

const HEAD_AFTER_MS = 400;

export class PortalPage {
    #projects = [];
    #route = readRoute(location.search);
    #headTimer = null;

    /** @param {import('../app.js').App} app */
    constructor(app) {
        this.app = app;
        this.main = document.querySelector('main');
        this.list = new TicketList(app.me.id);
        this.feed = new TicketFeed(app, this.list, { isSeen: () => !document.hidden });
        this.listView = new TicketListView(app, this.list, {
            onOpen: (head) => this.go({ ticket: head.ref }),
            onCreate: () => this.create(),
            onMore: () => this.feed.loadMore().catch((error) => app.toasts.error(error)),
            hasMore: () => this.feed.hasMore,
            hrefOf: ({ ref }) => writeRoute(location.search, { ticket: ref }),
        });
        this.header = new PortalHeader(app, { onBack: () => this.go({ ticket: null }) });
        this.thread = new Thread(app, {
            audience: 'client',
            header: this.header,
            empty: { text: 'portal.pick' },
        });
        this.pane = h('div', { class: 'portal' }, this.listView.element, this.thread.element);
        this.drawTitle = keepTitle(() =>
            ({
                unread: [...this.list.heads.values()].filter((head) =>
                    this.list.isUnread(head)).length,
                text: this.thread?.room?.head?.ref ?? t('portal.title'),
            }));
    }

    async start() {
        this.#listen();
        this.listView.showLoading();
        const [projects, problem] = await Promise.all([this.#loadProjects(), this.feed.start()]);
        this.#projects = projects;
        if (problem && problem.code !== 'unauthorized') {
            this.listView.showFailed(() => location.reload());
        }
        this.follow();
    }

    /** Changes the address, and with it the page. */
    go(changes) {
        history.pushState(null, '', location.pathname + writeRoute(location.search, changes));
        return this.follow();
    }

    async follow() {
        this.#route = readRoute(location.search);
        const { project, ticket } = this.#route;
        if (this.#projects.length > 1 && !project && !ticket) return this.#showPicker();
        this.listView.project = this.#projects.length > 1 ? project : null;
        this.#nameProject(project);
        if (!this.pane.isConnected) this.main.replaceChildren(this.pane);
        this.pane.dataset.pane = ticket ? 'thread' : 'list';
        await this.#openTicket(ticket);
        this.listView.render();
        this.drawTitle();
    }

    create(title = '') {
        new CreateForm(this.app, {
            projects: this.#projects, project: this.#route.project, title,
            onCreated: async (head) => {
                this.list.put(head);
                const project = this.#projects.length > 1 ? { project: head.project } : {};
                await this.go({ ticket: head.ref, ...project });
                this.header.title.focus();
                this.feed.refresh();
            },
        }).open();
    }

    #listen() {
        addEventListener('popstate', () => this.follow());
        this.list.on('change', () => this.drawTitle());
        this.app.subscriptions.on('event', ({ event, room }) => {
            if (room !== this.thread.room) return;
            this.#banner();
            if (movesClocks(event)) this.#refreshHead(room);
        });
        this.app.subscriptions.on('room', () => this.#banner());
        document.addEventListener('keydown', (event) => {
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

    async #loadProjects() {
        try {
            return await this.app.api.projects();
        } catch {
            return (this.app.me.projects ?? []).map((id) => ({ id, name: id }));
        }
    }

    #showPicker() {
        this.thread.close();
        this.main.replaceChildren(
            projectPicker(this.app, this.#projects, ({ id }) => this.go({ project: id })),
        );
    }

    #nameProject(id) {
        const { eyebrow } = this.listView;
        const project = this.#projects.find((candidate) => candidate.id === id) ?? (
            this.#projects.length === 1
                ? this.#projects[0]
                : null
        );
        eyebrow.replaceChildren(project ? h('span', { text: project.name ?? project.id }) : '');
        if (this.#projects.length > 1) {
            eyebrow.append(
                h('button', {
                    class: 'link-button',
                    type: 'button',
                    t: 'project.switch',
                    testid: 'switch-project',
                    on: { click: () => this.go({ project: null, ticket: null }) },
                }),
            );
        }
    }

    async #openTicket(ref) {
        if (!ref) {
            this.listView.openID = null;
            return this.thread.close();
        }
        const known = [...this.list.heads.values()].find(({ id, ref: other }) =>
            id === ref || other === ref);
        try {
            const id = known?.id ?? (await this.app.api.ticket(ref)).id;
            if (this.#route.ticket !== ref) return;
            this.listView.openID = id;
            this.thread.open(id);
            this.#banner();
        } catch {
            this.thread.showMissing();
        }
    }

    /**
     * Only the hub computes clocks: after an event that may move one, its head is asked for again.
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

    #banner() {
        const { banner, room, composer } = this.thread;
        const status = room?.head?.status;
        banner.hidden = status !== 'resolved' && status !== 'closed';
        composer.element.hidden = status === 'closed';
        banner.dataset.status = status ?? '';
        if (banner.hidden) return;
        const text = h('span');
        say(text, `thread.${status}Banner`);
        banner.replaceChildren(text);
        if (status === 'closed') {
            const { ref, title } = room.head;
            banner.append(
                h('button', {
                    class: 'button button-primary',
                    type: 'button',
                    t: 'thread.followUp',
                    testid: 'follow-up',
                    on: { click: () => this.create(t('thread.followUpTitle', { ref, title })) },
                }),
            );
        }
    }
}

