// The header of a thread for staff: subject, client, other people in the room, next actions.

import { inARow, nameOf } from '../../state/visible-text.js';
import { avatar, statusChip } from '../parts/chips.js';
import { h, KeyedList, say, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';
import { needsHub } from '../thread/needs-hub.js';
import { slaPill } from '../parts/sla-pill.js';
import { ticketDates } from '../parts/ticket-dates.js';

const FACES_MAX = 4;

export class ConsoleHeader {
    #room = null;
    #stop = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {{onBack: Function, onPanel: Function, act: (action: string) => void, onShow: (show:
     *     string) => void}} options
     */
    constructor(app, { onBack, onPanel, act, onShow, onTitle }) {
        this.app = app;
        this.onTitle = onTitle;
        this.ref = h('button', {
            class: 'ref ref-button', type: 'button', tTitle: 'keys.copy', 'aria-keyshortcuts': '.',
            testid: 'copy-ref', on: { click: () => act('copy') },
        });
        this.title = h('h2', { class: 'thread-title', testid: 'thread-title', tabindex: '-1' });
        this.edit = needsHub(h('button', {
            class: 'icon-button title-edit', type: 'button', tLabel: 'thread.editTitle',
            tTitle: 'thread.editTitle', testid: 'edit-title', on: { click: () => this.#editTitle() },
        }, icon('pen')));
        this.watch = needsHub(h('button', {
            class: 'icon-button', type: 'button', tLabel: 'action.watch', tTitle: 'action.watch',
            testid: 'watch', 'aria-keyshortcuts': 'w', 'aria-pressed': 'false',
            on: { click: () => act('watch') },
        }, icon('eye')));
        this.status = statusChip('staff', 'status');
        this.pill = slaPill(app);
        this.dates = ticketDates();
        this.where = h('span', { class: 'thread-where' });
        this.presence = h('ul', {
            class: 'presence',
            tLabel: 'presence.label',
            testid: 'presence',
        });
        this.faces = new KeyedList(this.presence, ({ id }) => id, (person) => this.#face(person));
        const button = (action, shape, key, shortcut, tone) =>
            needsHub(h('button', {
                class: `button button-${tone}`,
                type: 'button',
                testid: action,
                'aria-keyshortcuts': shortcut,
                on: { click: () => act(action) },
            },
                icon(shape),
                h('span', { t: key }),
            ));
        this.take = button('take', 'person', 'action.take', 't', 'primary');
        this.resolve = button('resolve', 'checkCircle', 'action.resolve', 'e', 'quiet');
        this.reopen = button('reopen', 'reply', 'action.reopen', null, 'quiet');
        this.show = h('div', {
            class: 'show-filter',
            role: 'group',
            tLabel: 'filter.label',
        }, ...['all', 'public', 'notes', 'history'].map((name) =>
            h('button', {
                class: 'show-button',
                type: 'button',
                data: { show: name },
                'aria-pressed': String(name === 'all'),
                testid: `show-${name}`,
                t: `filter.${name}`,
                on: { click: () => this.#choose(name, onShow) },
            })));
        this.element = h('div', { class: 'thread-header' },
            h('div', { class: 'thread-head-row' },
                h('button', {
                    class: 'icon-button back-button',
                    type: 'button',
                    tLabel: 'thread.back',
                    testid: 'back',
                    on: { click: onBack },
                },
                    icon('back'),
                ),
                h('div', { class: 'thread-heading' },
                    h('div', { class: 'thread-eyebrow' }, this.ref, this.where),
                    h('div', { class: 'title-row' }, this.title, this.edit),
                ),
                h('div', { class: 'thread-actions' }, this.take, this.resolve, this.reopen, this.watch,
                    h('button', {
                        class: 'icon-button panel-button',
                        type: 'button',
                        tLabel: 'panel.toggle',
                        tTitle: 'panel.toggle',
                        testid: 'panel-toggle',
                        'aria-keyshortcuts': 'i',
                        on: { click: onPanel },
                    },
                        icon('panel'),
                    ))),
            h('div', { class: 'thread-meta' },
                this.status.element,
                this.pill.element,
                ...this.dates.elements,
                this.show,
                this.presence,
            ));
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
            class: 'field title-field', value: text, maxlength: 200,
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
