// One ticket in the live queue.

import { t } from '../../i18n/index.js';
import { inARow, nameOf } from '../../state/visible-text.js';
import { avatar, excerptOf, priorityMark, refMark, statusChip, statusKey, timeAgo } from '../parts/chips.js';
import { apart, h, say, setAttribute, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { needsHub } from '../thread/needs-hub.js';
import { SLAPill } from '../parts/sla-pill.js';
import { datesSentence, ticketDates } from '../parts/ticket-dates.js';

/** A row: built once, then updated in place. */
export class QueueRow {
    #snapshot;
    /** What is shown: a snapshot in a language. */
    #drawn = null;
    #language = null;

    /**
     * @param {{app: object, onOpen: (snapshot: object) => void, onTick: (id: string, isRange: boolean) =>
     *     void, act: (action: string, snapshot: object) => void}} context
     * @param {object} snapshot
     */
    constructor(context, snapshot) {
        Object.assign(this, context);
        this.#snapshot = snapshot;
        this.#makeMarks();
        this.#makeWords();
        this.#makeTick();
        this.#makeActions();
        this.#assemble();
    }

    #makeMarks() {
        this.priority = priorityMark();
        this.status = statusChip('staff');
        this.pill = new SLAPill(this.app, { tabIndex: -1 });
        this.dates = ticketDates();
        this.ago = timeAgo(this.app.clock);
        this.face = avatar(null, { small: true });
        this.dot = h('span', { class: 'unread-dot', 'aria-hidden': 'true', hidden: true });
        this.clip = icon('clip', 'icon row-mark');
        this.draft = h('span', { class: 'row-draft', tTitle: 'row.draft', hidden: true, testid: 'row-draft' },
            icon('pen', 'icon row-mark'), h('span', { class: 'visually-hidden', t: 'row.draft' }));
    }

    #makeWords() {
        this.title = h('span', { class: 'row-title' });
        this.excerpt = h('span', { class: 'row-excerpt' });
        this.client = h('span', { class: 'row-client' });
        this.assignee = h('span', { class: 'row-assignee' });
        this.left = h('span', { class: 'row-left', hidden: true, testid: 'row-left' });
    }

    #makeTick() {
        this.tick = h('input', {
            class: 'row-tick', type: 'checkbox', tabindex: '-1', testid: 'tick',
            tLabel: ['queue.tick', { ref: this.#snapshot.ref }],
        });
        this.tick.addEventListener('click', (event) => {
            event.stopPropagation();
            this.onTick(this.#snapshot.id, event.shiftKey);
        });
    }

    #makeActions() {
        this.take = this.#action('take', 'person', 'action.take', 't');
        this.resolve = this.#action('resolve', 'checkCircle', 'action.resolve', 'e');
        this.watch = this.#action('watch', 'eye', 'action.watch', 'w');
        this.actions = h('span', { class: 'row-actions', role: 'gridcell' },
            this.take,
            this.#action('priority', 'high', 'action.priority', 'p'),
            this.#action('status', 'half', 'action.status', 's'),
            this.resolve,
            this.watch);
    }

    #action(name, shape, key, shortcut) {
        return needsHub(h('button', {
            class: 'row-action', type: 'button', tabindex: '-1', tTitle: key, tLabel: key,
            'aria-keyshortcuts': shortcut, testid: `row-${name}`,
            on: { click: (event) => (event.stopPropagation(), this.act(name, this.#snapshot)) },
        }, icon(shape)));
    }

    #assemble() {
        const { id, ref } = this.#snapshot;
        this.element = h('div', {
            class: 'queue-row', role: 'row', tabindex: '-1', testid: 'ticket-row',
            data: { ticket: id, ref },
        },
            h('span', { class: 'row-side', role: 'gridcell' }, this.tick, this.priority.element),
            h('span', { class: 'queue-cell', role: 'gridcell' },
                h('span', { class: 'row-line' }, this.dot, this.title, this.draft, this.clip, this.left),
                h('span', { class: 'row-second' }, refMark(ref), this.status.element, this.client, this.excerpt,
                    ...this.dates.elements, this.pill.element, this.ago.element,
                    h('span', { class: 'row-person' }, this.face.element, this.assignee))),
            this.actions);
        this.element.addEventListener('click', () => this.onOpen(this.#snapshot));
    }

    update({ snapshot, index, top, isOpen, isFocusable, isTicked, isNew, hasDraft, left }) {
        this.#snapshot = snapshot;
        // A scroll moves hundreds of rows: unchanged ones are not drawn again.
        const { lang } = document.documentElement;
        if (this.#drawn !== snapshot || this.#language !== lang) this.#draw();
        this.#drawn = snapshot;
        this.#language = lang;
        const { element } = this;
        element.style.transform = `translateY(${top}px)`;
        element.tabIndex = isFocusable ? 0 : -1;
        this.tick.checked = isTicked;
        setAttribute(element, 'aria-rowindex', index + 1);
        setAttribute(element, 'aria-selected', String(isTicked));
        setAttribute(element, 'data-open', isOpen);
        setAttribute(element, 'aria-current', isOpen ? 'true' : null);
        setAttribute(element, 'data-new', isNew);
        setAttribute(element, 'data-gone', Boolean(left));
        this.draft.hidden = !hasDraft;
        this.left.hidden = !left;
        if (left) say(this.left, goneKey(left));
    }

    #draw() {
        const snapshot = this.#snapshot;
        this.priority.update(snapshot.priority);
        this.status.update(snapshot.status);
        this.pill.update(snapshot);
        this.dates.update(snapshot);
        write(this.title, snapshot.title);
        this.title.title = snapshot.title;
        this.#drawExcerpt();
        write(this.client, inARow([nameOf(snapshot.client), snapshot.project]));
        this.ago.update(snapshot.lastMessage?.at ?? snapshot.createdAt);
        this.clip.style.display = snapshot.attachments?.length > 0 ? '' : 'none';
        this.dot.hidden = !snapshot.waitingSince || !['in_progress', 'open'].includes(snapshot.status);
        this.#drawAssignee();
        this.#drawActions();
        this.element.dataset.status = snapshot.status;
        this.element.dataset.priority = snapshot.priority;
        this.element.setAttribute('aria-label', this.#sentence());
    }

    /** The excerpt has the direction of its text, independent of the prefix. */
    #drawExcerpt() {
        const speaker = this.#snapshot.lastMessage?.authorRole ?? 'client';
        write(this.excerpt, excerptOf(this.#snapshot));
        this.excerpt.prepend(apart(t(speaker === 'client' ? 'row.clientSaid' : 'row.teamSaid', { text: '' })));
        this.excerpt.dataset.speaker = speaker;
    }

    get #isMine() {
        return this.#snapshot.assignedTo?.id === this.app.me.id;
    }

    #drawAssignee() {
        const { assignedTo } = this.#snapshot;
        this.face.element.hidden = !assignedTo;
        this.face.update(assignedTo);
        if (assignedTo) write(this.assignee, nameOf(assignedTo));
        else say(this.assignee, 'queue.free');
        this.element.dataset.assigned = assignedTo ? (this.#isMine ? 'me' : 'other') : 'free';
    }

    #drawActions() {
        const { status, watchers = [] } = this.#snapshot;
        const isOver = ['resolved', 'closed'].includes(status);
        this.take.hidden = this.#isMine || isOver;
        this.resolve.hidden = isOver;
        const isWatching = watchers.some(({ id }) => id === this.app.me.id);
        setAttribute(this.watch, 'aria-pressed', String(isWatching));
    }

    /** The row for screen readers. */
    #sentence() {
        const snapshot = this.#snapshot;
        return inARow([t('queue.row', {
            ref: snapshot.ref,
            priority: t(`priority.${snapshot.priority}`),
            title: snapshot.title,
            client: snapshot.client?.name ?? '',
            assignee: snapshot.assignedTo?.name ?? t('queue.free'),
            status: t(statusKey(snapshot.status, 'staff')),
            sla: this.pill.element.hidden ? t('sla.none') : this.pill.sentence,
        }), this.dot.hidden ? '' : t('list.unread'), datesSentence(snapshot)]);
    }
}

const goneKey = ({ why, by }) =>
    why === 'taken' && by ? ['row.takenBy', { name: by.name ?? by }] : [`row.left.${why}`];
