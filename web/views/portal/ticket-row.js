// A ticket in a client's list.

import { soon } from '../../i18n/index.js';
import { excerptOf, priorityMark, refMark, statusChip, timeAgo } from '../parts/chips.js';
import { h, highlight, say, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { ticketDates } from '../parts/ticket-dates.js';

const CATEGORY_ICONS = { incident: 'bolt', request: 'help', change: 'wrench' };

/**
 * @param {{app: object, list: object, onOpen: (snapshot: object) => void, hrefOf: (snapshot: object) =>
 *     string}} context
 */
export function ticketRow({ app, list, onOpen, hrefOf }, first) {
    const title = h('span', { class: 'row-title' });
    const excerpt = h('span', { class: 'row-excerpt' });
    const status = statusChip('client');
    const priority = priorityMark({ withWord: true });
    const category = h('span', { class: 'row-category' });
    const ago = timeAgo(app.clock);
    const dot = h('span', {
        class: 'unread-dot',
        tLabel: 'list.unread',
        tTitle: 'list.unread',
        role: 'img',
        testid: 'unread',
        hidden: true,
    });
    const clip = icon('clip', 'icon row-mark');
    const dates = ticketDates();
    const promise = h('span', { class: 'row-promise', testid: 'row-promise', hidden: true });
    let snapshot = first;
    const link = h('a', {
        class: 'ticket-row',
        testid: 'ticket-row',
        href: hrefOf(first),
        data: { ticket: first.id, ref: first.ref },
    },
        h('span', { class: 'row-line' }, dot, title, ago.element),
        excerpt,
        h('span', { class: 'row-foot' }, refMark(first.ref), status.element, category, priority.element, clip, promise,
            ...dates.elements));
    link.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        onOpen(snapshot);
    });
    return {
        element: h('li', {}, link),
        update({ snapshot: next, isOpen, isNew, query = '' }) {
            snapshot = next;
            link.href = hrefOf(snapshot);
            highlight(title, snapshot.title, query);
            highlight(excerpt, excerptOf(snapshot), query);
            clip.style.display = snapshot.attachments?.length > 0 ? '' : 'none';
            dates.update(snapshot);
            drawPromise(promise, snapshot, app.clock.now());
            status.update(snapshot.status);
            priority.update(snapshot.priority);
            priority.element.hidden = snapshot.priority === 'normal' || snapshot.priority === 'low';
            if (category.dataset.category !== snapshot.category) {
                category.dataset.category = snapshot.category;
                const label = h('span');
                say(label, `category.${snapshot.category}`);
                category.replaceChildren(icon(CATEGORY_ICONS[snapshot.category] ?? 'help'), label);
            }
            ago.update(snapshot.lastMessage?.at ?? snapshot.updatedAt);
            const isUnread = list.isUnread(snapshot) && !isOpen;
            dot.hidden = !isUnread;
            setAttribute(link, 'data-unread', isUnread);
            setAttribute(link, 'data-status', snapshot.status);
            setAttribute(link, 'aria-current', isOpen ? 'true' : null);
            setAttribute(link, 'data-new', isNew);
        },
    };
}

/** The promised first response for a client: shown only until the first answer. */
function drawPromise(element, { sla, status }, now) {
    const due = sla?.firstResponse;
    const isOpen = !['resolved', 'closed'].includes(status);
    element.hidden = !isOpen || !due?.deadlineAt || Boolean(due.metAt) || Date.parse(due.deadlineAt) < now;
    if (!element.hidden) say(element, ['portal.promise', { at: soon(due.deadlineAt, now) }]);
}
