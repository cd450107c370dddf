// A ticket's history, newest first: author, change, old and new value, reason.

import { dateTime, t, time } from '../../i18n/index.js';
import { addLateWords } from '../../i18n/late.js';
import { isPublicField } from '../../state/ticket-fields.js';
import { systemLinesOf } from '../../state/timeline.js';
import { isolated, nameOf } from '../../state/visible-text.js';
import { h, setAttribute } from '../parts/dom.js';
import { wordLine } from './thread-entry.js';

addLateWords();

const KINDS = ['all', 'status', 'assignedTo', 'sla', 'notes', 'messages', 'fields'];
const SHOWN_MAX = 200;

function kindsOf(event) {
    const kinds = [];
    if (event.message) kinds.push(event.message.internal ? 'notes' : 'messages');
    if (event.sla?.length > 0) kinds.push('sla');
    for (const field of Object.keys(event.changes ?? {})) {
        kinds.push(field === 'status' || field === 'assignedTo' ? field : 'fields');
    }
    return kinds;
}

const isPublic = (event) =>
    event.kind === 'created' || (event.message && !event.message.internal) ||
        Object.keys(event.changes ?? {}).some(isPublicField);

export class HistorySection {
    #show = 'all';
    #room = null;

    /** @param {{onExport: (format: string) => void}} options */
    constructor({ onExport }) {
        this.filters = h('div', { class: 'history-filters', role: 'group', tLabel: 'filter.label' },
            ...KINDS.map((kind) => h('button', {
                class: 'show-button', type: 'button', t: `history.${kind}`, data: { kind },
                'aria-pressed': String(kind === 'all'), testid: `history-${kind}`,
                on: { click: () => this.#choose(kind) },
            })));
        this.list = h('ol', { class: 'history-list', testid: 'history-list' });
        this.element = h('div', { class: 'history' }, this.filters, this.list,
            h('div', { class: 'history-export' }, ...['csv', 'jsonl', 'json'].map((format) =>
                h('button', {
                    class: 'link-button', type: 'button', t: ['history.export', { format: format.toUpperCase() }],
                    testid: `export-${format}`, on: { click: () => onExport(format) },
                })), h('button', { class: 'link-button', type: 'button', t: 'history.print',
                on: { click: () => print() } })));
    }

    open(room) {
        this.#room = room;
        this.update();
    }

    update() {
        const events = (this.#room?.events ?? []).filter((event) =>
            this.#show === 'all' || kindsOf(event).includes(this.#show));
        this.list.replaceChildren(...events.slice(-SHOWN_MAX).reverse().map((event) => h('li', {
            class: 'history-item', data: { public: String(Boolean(isPublic(event))) },
        },
            h('time', { datetime: event.at, title: dateTime(event.at), text: time(event.at) }),
            h('div', {},
                h('p', { text: describe(event) }),
                h('p', { class: 'history-cause' },
                    h('span', { t: `cause.${event.cause ?? 'user'}` }),
                    isPublic(event) && h('span', { class: 'public-mark', t: 'history.public' }))))));
    }

    #choose(kind) {
        this.#show = kind;
        for (const button of this.filters.children) {
            setAttribute(button, 'aria-pressed', String(button.dataset.kind === kind));
        }
        this.update();
    }
}

function describe(event) {
    const by = nameOf(event.by);
    if (event.kind === 'created') return t('history.created', { name: by });
    const lines = systemLinesOf(event).map((line) => wordLine(line, event.by, 'staff'));
    if (event.message) {
        lines.unshift(t(event.message.internal ? 'history.noted' : 'history.wrote', { name: by }));
    } else if (lines.length > 0 && event.cause !== 'sla' && !lines[0].startsWith(isolated(by))) {
        lines[0] = `${isolated(by)} · ${lines[0]}`;
    }
    return lines.join(' · ');
}
