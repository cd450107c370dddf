// The header of a thread for staff: subject, client, other people in the room, next actions.

import { limitsOf } from '../../state/limits.js';
import { inARow, nameOf } from '../../state/visible-text.js';
import { avatar, statusChip } from '../parts/chips.js';
import { h, KeyedList, say, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';
import { threadHeader } from '../thread/header-parts.js';
import { needsHub } from '../thread/needs-hub.js';
import { SLAPill } from '../parts/sla-pill.js';
import { ticketDates } from '../parts/ticket-dates.js';

const FACES_MAX = 4;
const SHOW_ICONS = { all: 'stack', public: 'reply', notes: 'lock', history: 'clock' };

export class ConsoleHeader {
    #room = null;
    #stop = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {{onBack: Function, onPanel: Function, act: (action: string) => void, onShow: (show:
     *     string) => void, onTitle: (title: string) => Promise<boolean>}} options
     */
    constructor(app, { onBack, onPanel, act, onShow, onTitle }) {
        Object.assign(this, { app, act, onShow, onTitle });
        this.#makeTitle();
        this.#makeActions(onPanel);
        this.#makeMeta();
        this.element = threadHeader({
            onBack,
            eyebrow: [this.ref, this.where],
            title: h('div', { class: 'title-row' }, this.title, this.edit),
            actions: [this.take, this.resolve, this.reopen, this.watch, this.panel],
            meta: [this.status.element, this.pill.element, ...this.dates.elements, this.show, this.presence],
        });
    }

    #makeTitle() {
        this.ref = h('button', {
            class: 'ref ref-button', type: 'button', tTitle: 'keys.copy', 'aria-keyshortcuts': '.',
            testid: 'copy-ref', on: { click: () => this.act('copy') },
        });
        this.where = h('span', { class: 'thread-where' });
        this.title = h('h2', { class: 'thread-title', testid: 'thread-title', tabindex: '-1' });
        this.edit = needsHub(h('button', {
            class: 'icon-button title-edit', type: 'button', tLabel: 'thread.editTitle',
            tTitle: 'thread.editTitle', testid: 'edit-title', on: { click: () => this.#editTitle() },
        }, icon('pen')));
    }

    #makeActions(onPanel) {
        this.take = this.#action('take', 'person', 't', 'primary');
        this.take.append(h('span', { class: 'word-short', 'aria-hidden': 'true', t: 'action.takeShort' }));
        this.resolve = this.#action('resolve', 'checkCircle', 'e', 'quiet');
        this.reopen = this.#action('reopen', 'reply', null, 'quiet');
        this.watch = needsHub(h('button', {
            class: 'icon-button', type: 'button', tLabel: 'action.watch', tTitle: 'action.watch',
            testid: 'watch', 'aria-keyshortcuts': 'w', 'aria-pressed': 'false',
            on: { click: () => this.act('watch') },
        }, icon('eye')));
        this.panel = h('button', {
            class: 'icon-button panel-button', type: 'button', tLabel: 'panel.toggle',
            tTitle: 'panel.toggle', testid: 'panel-toggle', 'aria-keyshortcuts': 'i',
            on: { click: onPanel },
        }, icon('panel'));
    }

    #action(name, shape, shortcut, tone) {
        return needsHub(h('button', {
            class: `button button-${tone}`, type: 'button', testid: name, tTitle: `action.${name}`,
            'aria-keyshortcuts': shortcut, on: { click: () => this.act(name) },
        },
            icon(shape),
            h('span', { t: `action.${name}` })));
    }

    #makeMeta() {
        this.status = statusChip('staff', 'status');
        this.pill = new SLAPill(this.app);
        this.dates = ticketDates();
        this.show = h('div', { class: 'show-filter', role: 'group', tLabel: 'filter.label' },
            ...['all', 'public', 'notes', 'history'].map((name) => h('button', {
                class: 'show-button', type: 'button', data: { show: name }, tTitle: `filter.${name}`,
                'aria-pressed': String(name === 'all'), testid: `show-${name}`,
                on: { click: () => this.#choose(name, this.onShow) },
            }, icon(SHOW_ICONS[name]), h('span', { t: `filter.${name}` }))));
        this.presence = h('ul', { class: 'presence', tLabel: 'presence.label', testid: 'presence' });
        this.faces = new KeyedList(this.presence, ({ id }) => id, (person) => this.#face(person));
    }

    open(room) {
        this.#stop?.();
        this.#room = room;
        this.#stop = room.on('change', (what) => what === 'typing' && this.#drawPresence());
        this.#choose('all', () => {});
    }

    update() {
        const { snapshot } = this.#room;
        const isOver = ['resolved', 'closed'].includes(snapshot.status);
        write(this.ref, snapshot.ref);
        write(this.title, snapshot.title);
        this.title.title = snapshot.title;
        write(this.where, inARow([nameOf(snapshot.client), snapshot.project]));
        this.status.update(snapshot.status);
        this.pill.update(snapshot);
        this.dates.update(snapshot);
        const isWatching = (snapshot.watchers ?? []).some(({ id }) => id === this.app.me.id);
        this.watch.setAttribute('aria-pressed', String(isWatching));
        this.take.hidden = isOver || Boolean(snapshot.assignedTo);
        this.resolve.hidden = isOver;
        this.reopen.hidden = !isOver;
        this.#drawPresence();
    }

    /** Enter saves, Escape cancels. After a refusal the field keeps its text. */
    #editTitle(text = this.#room.snapshot.title) {
        const room = this.#room;
        const field = h('input', {
            class: 'field title-field', value: text, maxlength: limitsOf(this.app.connection).titleCharacters,
            tLabel: 'create.title', testid: 'title-field',
        });
        let isOver = false;
        const finish = async (save) => {
            // Removing the field blurs it, within the call.
            if (isOver) return;
            isOver = true;
            const title = field.value.trim();
            field.replaceWith(this.title);
            this.edit.focus();
            if (!save || !title || title === room.snapshot.title) return;
            const isSaved = await this.onTitle(title);
            if (!isSaved && this.#room === room && this.title.isConnected) this.#editTitle(title);
        };
        onKey(field, (event) => {
            if (event.key !== 'Enter' && event.key !== 'Escape') return;
            event.preventDefault();
            event.stopPropagation();
            finish(event.key === 'Enter');
        });
        field.addEventListener('blur', () => finish(false));
        this.title.replaceWith(field);
        field.select();
    }

    #choose(name, onShow) {
        for (const button of this.show.children) {
            button.setAttribute('aria-pressed', String(button.dataset.show === name));
        }
        onShow(name);
    }

    #drawPresence() {
        const writers = new Set(this.#room.writers().map(({ by }) => by.id));
        const others = this.#room.present.filter(({ id }) => id !== this.app.me.id);
        this.faces.render(
            others.slice(0, FACES_MAX).map((person) =>
                ({ ...person, isWriting: writers.has(person.id) })),
        );
        this.presence.hidden = others.length === 0;
    }

    #face(person) {
        const face = avatar(person, { small: true });
        const words = h('span', { class: 'visually-hidden' });
        const element = h('li', { class: 'presence-face' }, face.element, words);
        return {
            element,
            update: ({ name, focus, isWriting }) => {
                const state = isWriting ? 'writing' : focus ? 'watching' : 'idle';
                element.dataset.state = state;
                say(words, [`presence.${state}`, { name }]);
                say(element, [`presence.${state}`, { name }], 'title');
            },
        };
    }
}
