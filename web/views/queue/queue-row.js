// One ticket in the live queue.

import { t } from '../../i18n/index.js';
import { inARow, nameOf } from '../../state/visible-text.js';
import { avatar, excerptOf, priorityMark, refMark, statusChip, statusKey, timeAgo } from '../parts/chips.js';
import { apart, h, say, setAttribute, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { needsHub } from '../thread/needs-hub.js';
import { slaPill } from '../parts/sla-pill.js';
import { datesSentence, ticketDates } from '../parts/ticket-dates.js';

/**
 * @param {{app: object, onOpen: (snapshot: object) => void, onTick: (id: string, isRange: boolean) =>
 *     void, act: (action: string, snapshot: object) => void}} context
 */
export function queueRow({ app, onOpen, onTick, act }, first) {
    let snapshot = first;
    const priority = priorityMark();
    const title = h('span', { class: 'row-title' });
    const excerpt = h('span', { class: 'row-excerpt' });
    const client = h('span', { class: 'row-client' });
    const status = statusChip('staff');
    const pill = slaPill(app);
    const dates = ticketDates();
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
        onTick(snapshot.id, event.shiftKey);
    });
    const quick = (action, shape, key, shortcut) => needsHub(h('button', {
        class: 'row-action', type: 'button', tabindex: '-1', tTitle: key, tLabel: key,
        'aria-keyshortcuts': shortcut, testid: `row-${action}`,
        on: { click: (event) => (event.stopPropagation(), act(action, snapshot)) },
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
            h('span', { class: 'row-line' }, dot, title, draft, clip, left),
            h('span', { class: 'row-second' }, refMark(first.ref), status.element, client, excerpt,
                ...dates.elements, pill.element, ago.element,
                h('span', { class: 'row-person' }, face.element, assignee))),
        actions);
    element.addEventListener('click', () => onOpen(snapshot));

    const draw = (isMine) => {
        priority.update(snapshot.priority);
        status.update(snapshot.status);
        pill.update(snapshot);
        dates.update(snapshot);
        write(title, snapshot.title);
        title.title = snapshot.title;
        const said = excerptOf(snapshot);
        const speaker = snapshot.lastMessage?.authorRole ?? 'client';
        // The excerpt has the direction of its text, independent of the prefix.
        write(excerpt, said);
        excerpt.prepend(apart(t(speaker === 'client' ? 'row.clientSaid' : 'row.teamSaid', { text: '' })));
        excerpt.dataset.speaker = speaker;
        write(client, inARow([nameOf(snapshot.client), snapshot.project]));
        ago.update(snapshot.lastMessage?.at ?? snapshot.createdAt);
        face.element.hidden = !snapshot.assignedTo;
        face.update(snapshot.assignedTo);
        if (snapshot.assignedTo) write(assignee, nameOf(snapshot.assignedTo));
        else say(assignee, 'queue.free');
        clip.style.display = snapshot.attachments?.length > 0 ? '' : 'none';
        const isOver = ['resolved', 'closed'].includes(snapshot.status);
        take.hidden = isMine || isOver;
        resolve.hidden = isOver;
        const isWatching = (snapshot.watchers ?? []).some(({ id }) => id === app.me.id);
        setAttribute(watch, 'aria-pressed', String(isWatching));
        Object.assign(element.dataset, {
            assigned: snapshot.assignedTo ? (isMine ? 'me' : 'other') : 'free',
            status: snapshot.status,
            priority: snapshot.priority,
        });
        dot.hidden = !snapshot.waitingSince || !['in_progress', 'open'].includes(snapshot.status);
        element.setAttribute('aria-label', inARow([t('queue.row', {
            ref: snapshot.ref,
            priority: t(`priority.${snapshot.priority}`),
            title: snapshot.title,
            client: snapshot.client?.name ?? '',
            assignee: snapshot.assignedTo?.name ?? t('queue.free'),
            status: t(statusKey(snapshot.status, 'staff')),
            sla: pill.element.hidden ? t('sla.none') : pill.sentence(),
        }), datesSentence(snapshot)]));
    };
    let drawn = null;
    let language = null;
    return {
        element,
        update({ snapshot: next, index, top, isOpen, isFocusable, isTicked, isNew, hasDraft, left: gone }) {
            snapshot = next;
            // A scroll moves hundreds of rows: unchanged ones are not drawn again.
            if (drawn !== snapshot || language !== document.documentElement.lang) {
                draw(snapshot.assignedTo?.id === app.me.id);
            }
            drawn = snapshot;
            language = document.documentElement.lang;
            element.style.transform = `translateY(${top}px)`;
            element.tabIndex = isFocusable ? 0 : -1;
            tick.checked = isTicked;
            setAttribute(element, 'aria-rowindex', index + 1);
            setAttribute(element, 'aria-selected', String(isTicked));
            setAttribute(element, 'data-open', isOpen);
            setAttribute(element, 'aria-current', isOpen ? 'true' : null);
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
