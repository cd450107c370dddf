// The scrolling part of a thread: keeps its position, loads older events, marks new ones, reports
// what was read.

import { day, language } from '../../i18n/index.js';
import { makeTimeline } from '../../state/timeline.js';
import { h, KeyedList, onNextFrame, say } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { entryMaker } from './thread-entry.js';

const NEAR_END_PX = 80;
const PAGE = 50;
const QUARTER_MS = 900_000;

export class ThreadLog {
    show = 'all';
    #room = null;
    #stop = [];
    #unreadAfter = null;
    #isFirst = true;
    #below = 0;
    #toldRead = 0;
    #announcesAt = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {object} options see `entryMaker`
     */
    constructor(app, options) {
        this.app = app;
        this.options = options;
        this.older = h('button', {
            class: 'older-button',
            type: 'button',
            t: 'thread.older',
            hidden: true,
            testid: 'older',
            on: { click: () => this.#loadOlder() },
        });
        this.log = h('div', {
            class: 'log',
            role: 'log',
            'aria-live': 'off',
            'aria-relevant': 'additions',
            tLabel: 'thread.log',
            testid: 'log',
            tabindex: '0',
        });
        this.scroller = h('div', { class: 'thread-scroll' }, this.older, this.log);
        this.pill = h('button', {
            class: 'below-pill',
            type: 'button',
            hidden: true,
            testid: 'below',
            on: { click: () => this.scrollToEnd() },
        });
        this.element = h('div', { class: 'thread-body' }, this.scroller, this.pill);
        this.list = new KeyedList(this.log, ({ key }) => key, entryMaker(app, options));
        this.render = onNextFrame(() => this.#render());
        this.scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
        addEventListener('focus', () => this.#tellRead());
        document.addEventListener('visibilitychange', () => this.#tellRead());
        language.on('change', this.render);
        app.outbox.on('change', (ticket) => ticket === this.#room?.id && this.render());
        // A shrinking viewport (a phone's keyboard) must not hide the newest message.
        new ResizeObserver(() => this.#wasAtEnd && this.scrollToEnd()).observe(this.scroller);
    }

    #wasAtEnd = true;

    /** @param {import('../../state/room.js').Room|null} room */
    open(room) {
        for (const stop of this.#stop) stop();
        clearTimeout(this.#announcesAt);
        Object.assign(this, { show: 'all' });
        this.#room = room;
        this.#isFirst = true;
        this.#unreadAfter = null;
        this.#toldRead = 0;
        this.#setBelow(0);
        this.log.setAttribute('aria-live', 'off');
        this.list.render([]);
        if (!room) return;
        this.#stop = [
            room.on('change', (what) => what !== 'typing' && what !== 'presence' && this.render()),
        ];
        this.render();
    }

    setShow(show) {
        this.show = show;
        this.#isFirst = true;
        this.render();
    }

    get isAtEnd() {
        const { scrollHeight, scrollTop, clientHeight } = this.scroller;
        return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    }

    scrollToEnd() {
        this.scroller.scrollTop = this.scroller.scrollHeight;
        this.#setBelow(0);
        this.#tellRead();
    }

    #render() {
        const room = this.#room;
        if (!room?.isLoaded) return;
        const wasAtEnd = this.isAtEnd;
        const { scrollHeight, scrollTop } = this.scroller;
        const before = this.log.lastElementChild;
        if (this.#isFirst) this.#unreadAfter = this.#firstUnread(room);
        const entries = makeTimeline(room.events, this.app.outbox.of(room.id), {
            me: this.app.me.id,
            dayOf: this.#dayOf(),
            unreadAfter: this.#unreadAfter,
            show: this.show,
        });
        this.#markDelivery(entries, room);
        const oldest = this.log.querySelector('[data-seq]');
        this.list.render(entries);
        this.older.hidden = !room.hasOlder || room.gone !== null;
        if (this.#isFirst) this.#settle();
        else if (
            wasAtEnd ||
            entries.at(-1)?.kind === 'pending' && this.log.lastElementChild !== before
        ) {
            this.scrollToEnd();
        }
        else if (oldest && oldest !== this.log.querySelector('[data-seq]')) {
            this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
        }
        else if (this.log.lastElementChild !== before) this.#setBelow(this.#below + 1);
        this.#tellRead();
    }

    /** The name of a time's day, formatted once for a quarter of an hour: no zone has a finer midnight. */
    #dayOf() {
        const [names, now] = [new Map(), this.app.clock.now()];
        return (at) => {
            const quarter = Math.floor(new Date(at).getTime() / QUARTER_MS);
            if (!names.has(quarter)) names.set(quarter, day(at, now));
            return names.get(quarter);
        };
    }

    /** Only entries after the first fill are announced. */
    #settle() {
        this.#isFirst = false;
        const mark = this.log.querySelector('.new-line');
        if (mark) mark.scrollIntoView({ block: 'start' });
        else this.scroller.scrollTop = this.scroller.scrollHeight;
        this.#wasAtEnd = this.isAtEnd;
        this.#announcesAt = setTimeout(() => this.log.setAttribute('aria-live', 'polite'), 400);
    }

    #firstUnread(room) {
        const read = room.reads.get(this.app.me.id);
        const hasUnread =
            read !== undefined &&
            room.events.some(({ seq, message, by }) =>
                    seq > read && message && by?.id !== this.app.me.id);
        return hasUnread && room.events[0].seq <= read + 1 ? read : null;
    }

    /** The read mark under the person's own last public message. */
    #markDelivery(entries, room) {
        const last = entries.findLast(({ kind, message }) =>
            kind === 'message' && message.author.id === this.app.me.id && !message.internal);
        if (!last || last.message.isDescription) return;
        const client = room.snapshot?.client?.id;
        const isSeen = [...room.reads].some(([id, seq]) =>
            id !== this.app.me.id &&
                seq >= last.seq &&
                (this.options.audience === 'client' || id === client));
        last.delivery = isSeen ? 'seen' : 'sent';
    }

    async #loadOlder() {
        const room = this.#room;
        this.older.setAttribute('aria-busy', 'true');
        try {
            room.applyOlder(
                await this.app.api.events(room.id, { before: room.events[0]?.seq, limit: PAGE }),
            );
        } catch (error) {
            this.app.toasts.error(error, { retry: () => this.#loadOlder() });
        }
        this.older.removeAttribute('aria-busy');
    }

    #scrolled() {
        this.#wasAtEnd = this.isAtEnd;
        if (!this.#wasAtEnd) return;
        this.#setBelow(0);
        this.#tellRead();
    }

    #setBelow(count) {
        this.#below = count;
        this.pill.hidden = count === 0;
        if (count === 0) return;
        this.pill.replaceChildren(h('span'), icon('down'));
        say(this.pill.firstElementChild, ['thread.below', { n: count }]);
    }

    #tellRead() {
        const room = this.#room;
        if (
            !room?.isLoaded ||
            room.gone ||
            document.hidden ||
            !document.hasFocus() ||
            !this.isAtEnd
        ) {
            return;
        }
        if (room.newest <= Math.max(this.#toldRead, room.reads.get(this.app.me.id) ?? 0)) return;
        if (!this.app.connection.isLive) return;
        this.#toldRead = room.newest;
        this.app.connection.tell({ type: 'read', ticket: room.id, seq: room.newest });
        room.setRead(this.app.me.id, room.newest);
    }
}
