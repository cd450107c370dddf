// A ticket's properties, each saved on change; its service levels; its client.

import { dateTime, number, t, when } from '../../i18n/index.js';
import { addLateWords } from '../../i18n/late.js';
import { clockViews } from '../../state/sla.js';
import { DATE_FIELDS } from '../../state/ticket-fields.js';
import { ticketFiles } from '../../state/ticket-files.js';
import { PRIORITIES } from '../../state/urgency.js';
import { nameOf } from '../../state/visible-text.js';
import { attachmentList } from '../thread/attachments.js';
import { avatar, refMark } from '../parts/chips.js';
import { h, say, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { download, historyPath } from '../parts/downloads.js';
import { HistorySection } from '../thread/history-section.js';
import { needsHub } from '../thread/needs-hub.js';
import { calendarText, slaText } from '../parts/sla-pill.js';
import { dateField } from '../parts/ticket-dates.js';

addLateWords();

const STATUSES = ['open', 'in_progress', 'waiting', 'resolved', 'closed'];
const CATEGORIES = ['incident', 'request', 'change'];

export class SidePanel {
    #room = null;
    #stop = null;
    #people = [];
    /** The id of the ticket whose client's other tickets are shown. */
    #othersOf = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {{set: (changes: object) => Promise<void>, onClose: Function, others: (snapshot: object)
     *     => Promise<object[]>, onOpen: (snapshot: object) => void, menus: object, onTags: () => void}} options
     */
    constructor(app, { set, onClose, others, onOpen, menus, onTags }) {
        Object.assign(this, { app, set, others, onOpen });
        this.#makeProperties();
        this.#makeTags(onTags);
        this.#makeClocks();
        this.#makeFacts();
        this.#makeHistory();
        this.#assemble(onClose);
        menus.people.then((people) => {
            this.#people = people;
            this.update();
        });
    }

    #makeProperties() {
        this.status = this.#select('status', STATUSES, 'panel.status');
        this.priority = this.#select('priority', PRIORITIES, 'panel.priority');
        this.category = this.#select('category', CATEGORIES, 'panel.category');
        this.assignee = needsHub(h('select', {
            class: 'field', id: 'panel-assignee', testid: 'panel-assignee',
            on: { change: () => this.#change('assignedTo', this.assignee.value || null) },
        }));
        this.dates = new Map(DATE_FIELDS.map((name) =>
            [name, dateField(name, (at) => this.#setDate(name, at))]));
    }

    #makeTags(onTags) {
        this.tags = h('div', { class: 'tag-row', testid: 'panel-tags' });
        this.addTag = needsHub(h('button', {
            class: 'link-button', type: 'button', t: 'panel.editTags', 'aria-keyshortcuts': 'l',
            on: { click: onTags },
        }));
    }

    #makeClocks() {
        this.sla = h('ul', {
            class: 'clocks', testid: 'panel-sla', data: { ticks: '' }, on: { tick: () => this.tick() },
        });
        this.hours = h('p', { class: 'hint', testid: 'panel-hours', hidden: true });
    }

    #makeFacts() {
        this.client = h('div', { class: 'client-card' });
        this.facts = h('dl', { class: 'facts' });
        this.otherList = h('ul', { class: 'other-tickets' });
        this.files = h('div');
    }

    #makeHistory() {
        this.history = new HistorySection({
            onExport: (format) => download(
                this.app, historyPath(this.#room.id, format), `${this.#room.snapshot.ref}.${format}`),
        });
    }

    #assemble(onClose) {
        this.otherSection = section('panel.others', this.otherList);
        this.fileSection = section('panel.files', this.files);
        this.historySection = section('panel.history', this.history.element);
        this.element = h('aside', { class: 'side-panel', tLabel: 'panel.title', testid: 'panel' },
            h('div', { class: 'panel-top' },
                h('h2', { class: 'panel-title', t: 'panel.title' }),
                h('button', {
                    class: 'icon-button', type: 'button', tLabel: 'close', on: { click: onClose },
                }, icon('close'))),
            section('panel.properties',
                ...['status', 'priority', 'category', 'assignee'].map((name) => field(`panel.${name}`, this[name])),
                ...[...this.dates].map(([name, { element }]) => field(`panel.${name}`, needsHub(element)))),
            section('panel.tags', this.tags, this.addTag),
            section('panel.sla', this.sla, this.hours),
            section('panel.client', this.client, this.facts),
            this.otherSection,
            this.fileSection,
            this.historySection);
    }

    open(room) {
        this.#stop?.();
        this.#room = room;
        this.element.hidden = !room;
        this.#stop = room?.on('change', (what) =>
            ['joined', 'event', 'snapshot', 'gone'].includes(what) && this.update());
        this.history.open(room);
        this.#othersOf = null;
        this.update();
    }

    showHistory() {
        this.historySection.open = true;
        this.historySection.scrollIntoView({ block: 'start' });
        this.history.filters.firstElementChild.focus();
    }

    update() {
        const snapshot = this.#room?.gone ? null : this.#room?.snapshot;
        this.element.hidden = !snapshot;
        if (!snapshot) return;
        for (const name of ['status', 'priority', 'category']) this[name].value = snapshot[name];
        this.#fillAssignees(snapshot);
        for (const [name, date] of this.dates) date.update(snapshot[name]);
        this.tags.replaceChildren(...(snapshot.tags ?? []).map((tag) => h('span', { class: 'tag', text: tag })));
        this.#fillFiles();
        this.history.update();
        this.tick();
        this.#fillClient(snapshot);
        this.#fillFacts(snapshot);
        this.#fillOthers(snapshot);
    }

    #fillClient({ client }) {
        this.client.replaceChildren(
            avatar(client).element,
            h('div', {},
                h('p', { class: 'client-name', text: nameOf(client) }),
                h('p', { class: 'client-id', text: client?.email ?? client?.id ?? '' }),
                this.app.me.role === 'admin' && client && needsHub(h('button', {
                    class: 'link-button', type: 'button', t: 'erase.person', testid: 'erase',
                    on: { click: () => this.#erase(client) },
                }))));
    }

    #fillFacts(snapshot) {
        const rows = [
            ['panel.project', snapshot.project],
            ['panel.created', dateTime(snapshot.createdAt)],
            ['panel.messages', number(snapshot.messageCount ?? 0)],
        ];
        if (snapshot.reopenCount > 0) rows.push(['panel.reopened', number(snapshot.reopenCount)]);
        this.facts.replaceChildren(
            ...rows.flatMap(([key, value]) => [h('dt', { t: key }), h('dd', { text: value ?? '—' })]));
    }

    /** Loaded when a ticket is opened: the hub also knows tickets that the queue has not loaded. */
    async #fillOthers(snapshot) {
        if (this.#othersOf === snapshot.id) return;
        this.#othersOf = snapshot.id;
        this.otherSection.hidden = true;
        const others = await this.others(snapshot).catch(() => []);
        if (this.#othersOf !== snapshot.id) return;
        this.otherSection.hidden = others.length === 0;
        this.otherList.replaceChildren(...others.slice(0, 5).map((other) =>
            h('li', {},
                h('button', {
                    class: 'other-ticket',
                    type: 'button',
                    on: { click: () => this.onOpen(other) },
                },
                    refMark(other.ref),
                    h('span', { text: other.title }),
                ),
            )));
    }

    /** Updates only the clocks, each second. */
    tick() {
        const snapshot = this.#room?.snapshot;
        if (!snapshot || this.element.hidden) return;
        const now = this.app.clock.now();
        const hours = this.app.hours.of(snapshot);
        const views = clockViews(snapshot.sla, now, hours);
        this.hours.hidden = !hours || views.length === 0;
        if (!this.hours.hidden) write(this.hours, calendarText(hours));
        if (views.length === 0) {
            return this.sla.replaceChildren(h('li', { class: 'hint', t: 'sla.none' }));
        }
        if (this.sla.childElementCount !== views.length || !this.sla.querySelector('.clock-name')) {
            this.sla.replaceChildren(...views.map(clockItem));
        }
        views.forEach((view, index) => {
            const item = this.sla.children[index];
            const [name, text, at] = item.children;
            item.dataset.state = view.state;
            say(name, `sla.clock.${view.name}`);
            write(text, slaText(view, now));
            write(
                at,
                view.metAt
                    ? t('sla.doneAt', { at: when(view.metAt, now) })
                    : view.deadlineAt
                    ? t('sla.due', { at: when(view.deadlineAt, now) })
                    : '',
            );
        });
    }

    async #erase(person) {
        const { erasePerson } = await import('../thread/redact.js');
        erasePerson(this.app, person);
    }

    #select(name, codes, key) {
        const select = h('select', {
            class: 'field',
            id: `panel-${name}`,
            tLabel: key,
            testid: `panel-${name}`,
            on: { change: () => this.#change(name, select.value) },
        },
            ...codes.map((code) => h('option', { value: code, t: `${name}.${code}` })),
        );
        return needsHub(select);
    }

    async #change(name, value) {
        await this.set({ [name]: value });
        // Shows the hub's value, also after a refusal.
        this.update();
    }

    async #setDate(name, at) {
        await this.#change(name, at);
        this.dates.get(name).update(this.#room?.snapshot?.[name], true);
    }

    #fillAssignees({ assignedTo }) {
        const { me } = this.app;
        const others = new Map(
            this.#people.filter(({ id }) => id !== me.id).map((person) => [person.id, person]),
        );
        if (assignedTo && assignedTo.id !== me.id) others.set(assignedTo.id, assignedTo);
        this.assignee.replaceChildren(
            h('option', { value: '', t: 'panel.nobody' }),
            h('option', { value: me.id, t: ['panel.me', { name: me.name }] }),
            ...[...others.values()].map(({ id, name }) => h('option', { value: id, text: name }))
        );
        this.assignee.value = assignedTo?.id ?? '';
    }

    #fillFiles() {
        const files = ticketFiles(this.#room);
        this.fileSection.hidden = files.length === 0;
        this.files.replaceChildren(attachmentList(this.app, files));
    }
}

const clockItem = () => h('li', { class: 'clock' },
    h('span', { class: 'clock-name' }),
    h('span', { class: 'clock-text' }),
    h('span', { class: 'clock-at' }),
);

/** A section whose open or closed state is kept. */
function section(key, ...children) {
    const name = `guichet.${key}`;
    const isOpen = localStorage.getItem(name) ?? (key === 'panel.history' ? 'false' : 'true');
    const element = h('details', { class: 'panel-section', open: isOpen === 'true' },
        h('summary', { class: 'panel-heading' }, h('h3', { t: key }), icon('down')),
        h('div', { class: 'panel-body' }, ...children));
    element.addEventListener('toggle', () => localStorage.setItem(name, String(element.open)));
    return element;
}

const field = (key, control) => h('div', { class: 'panel-field' },
    h('label', { class: 'panel-label', for: control.id, t: key }),
    control,
);
