// The header of a thread for a client: subject, status, technician, promised times.

import { dueBy, shortDate, soon, span } from '../../i18n/index.js';
import { makeKey } from '../../sdk/parts.js';
import { nameOf } from '../../state/visible-text.js';
import { avatar, priorityMark, refMark, statusChip } from '../parts/chips.js';
import { h, say, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { threadHeader } from '../thread/header-parts.js';
import { ticketDates } from '../parts/ticket-dates.js';

export class PortalHeader {
    #room = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {{onBack: Function}} options
     */
    constructor(app, { onBack }) {
        this.app = app;
        this.#makeMarks();
        this.#makeCarer();
        this.#makeActions();
        this.element = threadHeader({
            onBack,
            eyebrow: [this.ref, this.status.element, this.priority.element],
            title: this.title,
            actions: [this.copy, this.resolve, this.reopen],
            meta: [this.carer, this.promise, ...this.dates.elements, this.category, this.created],
        });
    }

    #makeMarks() {
        this.ref = refMark('');
        this.title = h('h1', { class: 'thread-title', testid: 'thread-title', tabindex: '-1' });
        this.status = statusChip('client', 'status');
        this.priority = priorityMark({ withWord: true });
        this.dates = ticketDates();
        this.category = h('span', { class: 'meta-item' });
        this.created = h('span', { class: 'meta-item' });
        this.promise = h('span', {
            class: 'meta-item meta-promise', testid: 'promise', data: { ticks: '' },
            on: { tick: () => this.#room?.snapshot && this.#promise(this.#room.snapshot) },
        });
    }

    /** The technician in charge, and whether they are here. */
    #makeCarer() {
        this.face = avatar(null, { small: true });
        this.name = h('span', { class: 'carer-name' });
        this.presence = h('span', { class: 'presence-word' });
        this.carer = h('span', { class: 'carer', testid: 'carer' },
            h('span', { class: 'presence-dot', 'aria-hidden': 'true' }),
            this.face.element,
            this.name,
            this.presence);
    }

    #makeActions() {
        this.copy = h('button', {
            class: 'icon-button', type: 'button', tLabel: 'thread.copyLink', tTitle: 'thread.copyLink',
            testid: 'copy-link', on: { click: () => this.#copyLink() },
        }, icon('link'));
        this.resolve = h('button', {
            class: 'button button-quiet', type: 'button', testid: 'resolve', tTitle: 'thread.resolve',
            on: { click: () => this.#act('resolve') },
        },
            icon('checkCircle'),
            h('span', { t: 'thread.resolve' }));
        this.reopen = h('button', {
            class: 'button button-quiet', type: 'button', testid: 'reopen', hidden: true,
            t: 'thread.reopen', on: { click: () => this.#act('reopen') },
        });
    }

    open(room) {
        this.#room = room;
    }

    update() {
        const { snapshot, present } = this.#room;
        write(this.ref, snapshot.ref);
        write(this.title, snapshot.title);
        this.title.title = snapshot.title;
        this.status.update(snapshot.status);
        this.priority.update(snapshot.priority);
        this.dates.update(snapshot);
        say(this.category, `category.${snapshot.category}`);
        say(this.created, ['thread.opened', { when: shortDate(snapshot.createdAt) }]);
        this.#drawCarer(snapshot.assignedTo, present);
        this.#promise(snapshot);
        this.resolve.hidden = ['resolved', 'closed'].includes(snapshot.status);
        this.reopen.hidden = snapshot.status !== 'resolved';
    }

    #drawCarer(someone, present) {
        this.carer.dataset.assigned = String(Boolean(someone));
        this.face.element.hidden = !someone;
        this.face.update(someone);
        if (someone) write(this.name, nameOf(someone));
        else say(this.name, 'thread.nobody');
        const isOnline = someone && present.some(({ id }) => id === someone.id);
        this.carer.dataset.online = String(Boolean(isOnline));
        this.presence.hidden = !someone;
        say(this.presence, isOnline ? 'thread.online' : 'thread.away');
    }

    #promise(snapshot) {
        const { sla, createdAt, status } = snapshot;
        const first = sla?.firstResponse;
        this.promise.hidden = !first?.deadlineAt && !first?.metAt;
        if (this.promise.hidden) return;
        if (first.metAt) {
            say(this.promise, [
                this.#isAnswered(first.metAt, sla.resolvedAt) ? 'thread.answered' : 'thread.resolvedIn',
                { d: span(Math.max(0, Date.parse(first.metAt) - Date.parse(createdAt))) },
            ]);
        }
        else if (status === 'resolved' || status === 'closed') this.promise.hidden = true;
        else if (Date.parse(first.deadlineAt) < this.app.clock.now()) {
            say(this.promise, 'thread.promiseLate');
        }
        else this.#sayPromise(snapshot, dueBy(first.deadlineAt, this.app.clock.now()));
    }

    /** A resolution ends the clock of the first answer too, but only a message is an answer. */
    #isAnswered(metAt, resolvedAt) {
        const event = this.#room.events.find(({ at }) => at === metAt);
        return event ? Boolean(event.message) : metAt !== resolvedAt;
    }

    /** The promised time, with the next opening outside of support hours. */
    #sayPromise(snapshot, at) {
        const now = this.app.clock.now();
        const hours = this.app.hours.of(snapshot);
        const next = hours && !hours.isOpen(now) ? hours.nextSpan(now) : null;
        if (next) say(this.promise, ['thread.promiseRests', { at, resume: soon(next.from, now) }]);
        else say(this.promise, ['thread.promise', { at }]);
    }

    /** The link without a place in the conversation. */
    async #copyLink() {
        const { origin, pathname } = location;
        const link = `${origin}${pathname}?ticket=${this.#room.snapshot.ref}`;
        // Missing outside a secure context; there the address of the page can be copied.
        await navigator.clipboard?.writeText(link).then(() => this.app.toasts.show('thread.linkCopied'), () => {});
    }

    async #act(action, frame = { type: 'update', ticket: this.#room.id, action, key: makeKey() }) {
        try {
            await this.app.connection.command(frame);
        } catch (error) {
            this.app.toasts.error(error, { retry: () => this.#act(action, frame) });
        }
    }
}
