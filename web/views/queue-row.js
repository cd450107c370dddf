// One ticket in the live queue.

import { t } from '../i18n/index.js';
import { avatar, priorityMark, refMark, statusChip, statusKey, timeAgo } from './chips.js';
import { h, say, setAttribute, write } from './dom.js';
import { slaPill } from './sla-pill.js';

/** @param {{app: object, onOpen: (head: object) => void}} context */
export function queueRow({ app, onOpen }, first) {
    const priority = priorityMark();
    const title = h('span', { class: 'row-title' });
    const excerpt = h('span', { class: 'row-excerpt' });
    const client = h('span', { class: 'row-client' });
    const status = statusChip('staff');
    const pill = slaPill(app.clock);
    const ago = timeAgo(app.clock);
    const face = avatar(null, { small: true });
    const assignee = h('span', { class: 'row-assignee' });
    const dot = h('span', { class: 'unread-dot', 'aria-hidden': 'true', hidden: true });
    const element = h('div', {
        class: 'queue-row',
        role: 'row',
        tabindex: '-1',
        testid: 'ticket-row',
        data: { ticket: first.id, ref: first.ref },
    },
        h('span', { class: 'queue-cell', role: 'gridcell' },
            h('span', { class: 'row-top' },
                priority.element,
                refMark(first.ref),
                client,
                ago.element,
            ),
            h('span', { class: 'row-line' }, dot, title),
            excerpt,
            h('span', { class: 'row-foot' },
                status.element,
                h('span', { class: 'row-person' }, face.element, assignee),
                pill.element,
            )));
    let head = first;
    element.addEventListener('click', () => onOpen(head));
    return {
        element,
        update({ head: next, isOpen, isFocusable, isNew }) {
            head = next;
            const isMine = head.assignedTo?.id === app.me.id;
            priority.update(head.priority);
            status.update(head.status);
            pill.update(head.sla);
            write(title, head.title);
            write(excerpt, head.lastMessage?.excerpt || head.description || '');
            excerpt.dataset.speaker = head.lastMessage?.authorRole ?? 'client';
            write(client, [head.client?.name, head.project].filter(Boolean).join(' · '));
            ago.update(head.lastMessage?.at ?? head.createdAt);
            face.element.hidden = !head.assignedTo;
            face.update(head.assignedTo);
            if (head.assignedTo) write(assignee, head.assignedTo.name);
            else say(assignee, 'queue.free');
            element.dataset.assigned = head.assignedTo ? (isMine ? 'me' : 'other') : 'free';
            element.dataset.status = head.status;
            element.dataset.priority = head.priority;
            dot.hidden = !head.waitingSince || !['in_progress', 'open'].includes(head.status);
            element.tabIndex = isFocusable ? 0 : -1;
            element.setAttribute('aria-selected', String(isOpen));
            setAttribute(element, 'data-new', isNew);
            element.setAttribute('aria-label', t('queue.row', {
                ref: head.ref,
                priority: t(`priority.${head.priority}`),
                title: head.title,
                client: head.client?.name ?? '',
                assignee: head.assignedTo?.name ?? t('queue.free'),
                status: t(statusKey(head.status, 'staff')),
            }));
        },
    };
}
