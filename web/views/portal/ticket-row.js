// A ticket in a client's list.

import { soon } from '../../i18n/index.js';
import { excerptOf, priorityMark, refMark, statusChip, timeAgo } from '../parts/chips.js';
import { h, highlight, say, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { ticketDates } from '../parts/ticket-dates.js';

const CATEGORY_ICONS = { incident: 'bolt', request: 'help', change: 'wrench' };

/** A row: built once, then updated in place. */
export class TicketRow {
    #snapshot;

    /**
     * @param {{app: object, list: object, onOpen: (snapshot: object) => void, hrefOf: (snapshot: object) =>
     *     string}} context
     * @param {object} snapshot
     */
    constructor({ app, list, onOpen, hrefOf }, snapshot) {
        Object.assign(this, { app, list, onOpen, hrefOf });
        this.#snapshot = snapshot;
        this.#makeParts();
        this.#assemble();
    }

    #makeParts() {
        this.title = h('span', { class: 'row-title' });
        this.excerpt = h('span', { class: 'row-excerpt' });
        this.status = statusChip('client');
        this.priority = priorityMark({ withWord: true });
        this.category = h('span', { class: 'row-category' });
        this.ago = timeAgo(this.app.clock);
        this.dot = h('span', {
            class: 'unread-dot', tLabel: 'list.unread', tTitle: 'list.unread', role: 'img',
            testid: 'unread', hidden: true,
        });
        this.clip = icon('clip', 'icon row-mark');
        this.dates = ticketDates();
        this.promise = h('span', { class: 'row-promise', testid: 'row-promise', hidden: true });
    }

    #assemble() {
        const { id, ref } = this.#snapshot;
        this.link = h('a', {
            class: 'ticket-row', testid: 'ticket-row', href: this.hrefOf(this.#snapshot),
            data: { ticket: id, ref },
        },
            h('span', { class: 'row-line' }, this.dot, this.title, this.ago.element),
            h('span', { class: 'row-line' }, this.excerpt, this.promise),
            h('span', { class: 'row-foot' }, refMark(ref), this.status.element, this.category,
                this.priority.element, this.clip, ...this.dates.elements));
        this.link.addEventListener('click', (event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            this.onOpen(this.#snapshot);
        });
        this.element = h('li', {}, this.link);
    }

    update({ snapshot, isOpen, isNew, query = '' }) {
        this.#snapshot = snapshot;
        this.link.href = this.hrefOf(snapshot);
        highlight(this.title, snapshot.title, query);
        highlight(this.excerpt, excerptOf(snapshot), query);
        this.clip.style.display = snapshot.attachments?.length > 0 ? '' : 'none';
        this.dates.update(snapshot);
        drawPromise(this.promise, snapshot, this.app.clock.now());
        this.status.update(snapshot.status);
        this.priority.update(snapshot.priority);
        this.priority.element.hidden = snapshot.priority === 'normal' || snapshot.priority === 'low';
        drawCategory(this.category, snapshot.category);
        this.ago.update(snapshot.lastMessage?.at ?? snapshot.updatedAt);
        this.#drawState(isOpen, isNew);
    }

    #drawState(isOpen, isNew) {
        const isUnread = this.list.isUnread(this.#snapshot) && !isOpen;
        this.dot.hidden = !isUnread;
        setAttribute(this.link, 'data-unread', isUnread);
        setAttribute(this.link, 'data-status', this.#snapshot.status);
        setAttribute(this.link, 'aria-current', isOpen ? 'true' : null);
        setAttribute(this.link, 'data-new', isNew);
    }
}

function drawCategory(element, category) {
    if (element.dataset.category === category) return;
    element.dataset.category = category;
    element.replaceChildren(
        icon(CATEGORY_ICONS[category] ?? 'help'),
        h('span', { t: `category.${category}` }));
}

/** The promised first response for a client: shown only until the first answer. */
function drawPromise(element, { sla, status }, now) {
    const due = sla?.firstResponse;
    const isOpen = !['resolved', 'closed'].includes(status);
    element.hidden = !isOpen || !due?.deadlineAt || Boolean(due.metAt) || Date.parse(due.deadlineAt) < now;
    if (!element.hidden) say(element, ['portal.promise', { at: soon(due.deadlineAt, now) }]);
}
