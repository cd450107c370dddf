// One ticket in the live queue.

import { t } from '../../i18n/index.js';
import { inARow, nameOf } from '../../state/visible-text.js';
import { avatar, excerptOf, priorityMark, refMark, statusChip, statusKey, timeAgo } from '../parts/chips.js';
import { apart, h, say, setAttribute, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { needsHub } from '../thread/needs-hub.js';
import { slaPill } from '../parts/sla-pill.js';

/**
 * @param {{app: object, onOpen: (head: object) => void, onTick: (id: string, isRange: boolean) =>
 *     void, act: (action: string, head: object) => void}} context
 */
export function queueRow({ app, onOpen, onTick, act }, first) {
    let head = first;
    const priority = priorityMark();
    const title = h('span', { class: 'row-title' });
    const excerpt = h('span', { class: 'row-excerpt' });
    const client = h('span', { class: 'row-client' });
    const status = statusChip('staff');
    const pill = slaPill(app);
    const ago = timeAgo(app.clock);
    const face = avatar(null, { small: true });
    const assignee = h('span', { class: 'row-assignee' });
    const left = h('span', { class: 'row-left', hidden: true, testid: 'row-left' });
    const dot = h('span', { class: 'unread-dot', 'aria-hidden': 'true', hidden: true });
    const clip = icon('clip', 'icon row-mark');
    const draft = h('span', { class: 'row-draft', tTitle: 'row.draft', hidden: true, testid: 'row-draft' },
        icon('pen', 'icon row-mark'), h('span', { class: 'visually-hidden', t: 'row.draft' }));
    const tick = h('input', {
        class: 'row-tick', type: 'checkbox', tabindex: '-1', testid: 'tick',
        tLabel: ['queue.tick', { ref: first.ref }],
    });
    tick.addEventListener('click', (event) => {
        event.stopPropagation();
        onTick(head.id, event.shiftKey);
    });
    const quick = (action, shape, key, shortcut) => needsHub(h('button', {
        class: 'row-action', type: 'button', tabindex: '-1', tTitle: key, tLabel: key,
        'aria-keyshortcuts': shortcut, testid: `row-${action}`,
        on: { click: (event) => (event.stopPropagation(), act(action, head)) },
    }, icon(shape)));
    const take = quick('take', 'person', 'action.take', 't');
    const resolve = quick('resolve', 'checkCircle', 'action.resolve', 'e');
    const watch = quick('watch', 'eye', 'action.watch', 'w');
    const actions = h('span', { class: 'row-actions', role: 'gridcell' }, take,
        quick('priority', 'high', 'action.priority', 'p'),
        quick('status', 'half', 'action.status', 's'), resolve, watch);
    const element = h('div', {
        class: 'queue-row', role: 'row', tabindex: '-1', testid: 'ticket-row',
        data: { ticket: first.id, ref: first.ref },
    },
        h('span', { class: 'row-side', role: 'gridcell' }, tick, priority.element),
        h('span', { class: 'queue-cell', role: 'gridcell' },
            h('span', { class: 'row-line' }, dot, refMark(first.ref), title, draft, clip, ago.element),
            h('span', { class: 'row-second' }, client, excerpt),
            h('span', { class: 'row-foot' }, status.element,
                h('span', { class: 'row-person' }, face.element, assignee), left, pill.element)),
        actions);
    element.addEventListener('click', () => onOpen(head));

    const draw = (isMine) => {
        priority.update(head.priority);
        status.update(head.status);
        pill.update(head);
        write(title, head.title);
        const said = excerptOf(head);
        const speaker = head.lastMessage?.authorRole ?? 'client';
        // The excerpt has the direction of its text, independent of the prefix.
        write(excerpt, said);
        excerpt.prepend(apart(t(speaker === 'client' ? 'row.clientSaid' : 'row.teamSaid', { text: '' })));
        excerpt.dataset.speaker = speaker;
        write(client, inARow([nameOf(head.client), head.project]));
        ago.update(head.lastMessage?.at ?? head.createdAt);
        face.element.hidden = !head.assignedTo;
        face.update(head.assignedTo);
        if (head.assignedTo) write(assignee, nameOf(head.assignedTo));
        else say(assignee, 'queue.free');
        clip.style.display = head.attachments?.length > 0 ? '' : 'none';
        const isOver = ['resolved', 'closed'].includes(head.status);
        take.hidden = isMine || isOver;
        resolve.hidden = isOver;
        const isWatching = (head.watchers ?? []).some(({ id }) => id === app.me.id);
        setAttribute(watch, 'aria-pressed', String(isWatching));
        Object.assign(element.dataset, {
            assigned: head.assignedTo ? (isMine ? 'me' : 'other') : 'free',
            status: head.status,
            priority: head.priority,
        });
        dot.hidden = !head.waitingSince || !['in_progress', 'open'].includes(head.status);
        element.setAttribute('aria-label', t('queue.row', {
            ref: head.ref,
            priority: t(`priority.${head.priority}`),
            title: head.title,
            client: head.client?.name ?? '',
            assignee: head.assignedTo?.name ?? t('queue.free'),
            status: t(statusKey(head.status, 'staff')),
            sla: pill.element.hidden ? t('sla.none') : pill.sentence(),
        }));
    };
    let drawn = null;
    let language = null;
    return {
        element,
        update({ head: next, index, top, isOpen, isFocusable, isTicked, isNew, hasDraft, left: gone }) {
            head = next;
            // A scroll moves hundreds of rows: unchanged ones are not drawn again.
            if (drawn !== head || language !== document.documentElement.lang) {
                draw(head.assignedTo?.id === app.me.id);
            }
            drawn = head;
            language = document.documentElement.lang;
            element.style.transform = `translateY(${top}px)`;
            element.tabIndex = isFocusable ? 0 : -1;
            tick.checked = isTicked;
            setAttribute(element, 'aria-rowindex', index + 1);
            setAttribute(element, 'aria-selected', String(isTicked));
            setAttribute(element, 'data-open', isOpen);
            setAttribute(element, 'data-new', isNew);
            setAttribute(element, 'data-gone', Boolean(gone));
            draft.hidden = !hasDraft;
            left.hidden = !gone;
            if (gone) say(left, goneKey(gone));
        },
    };
}

const goneKey = ({ why, by }) =>
    why === 'taken' && by ? ['row.takenBy', { name: by.name ?? by }] : [`row.left.${why}`];
