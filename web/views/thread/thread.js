// One open ticket: header, log, typing line, composer; loading, missing and lost states; and
// presence.

import { LoadingDelay } from '../../state/loading-delay.js';
import { h, say } from '../parts/dom.js';
import { Composer } from './composer.js';
import { ThreadLog } from './thread-log.js';
import { TypingLine } from './typing-line.js';

/** After this time without an answer the wait is called a failure. */
const SLOW_MS = 8000;

export class Thread {
    room = null;
    #stop = [];
    #patience = new LoadingDelay(() => this.#showLoading());
    /** What gets the focus once the ticket is shown. */
    #wanted = null;
    #slow = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {{audience: 'client'|'staff', header: {element: Element, open: (room: object) =>
     *     void, update: () => void}, empty: {text: string, hint?: string}, onSplit?: Function,
     *     composing?: object}} options `composing`: further options of the composer
     */
    constructor(app, { audience, header, empty, onSplit, onRedact, composing = {} }) {
        this.app = app;
        this.header = header;
        this.composer = new Composer(app, { audience, ...composing });
        this.log = new ThreadLog(app, {
            audience,
            onRetry: (item) =>
                (item.state === 'held' ? this.#held(item) : app.outbox.retry(item.key)),
            onEdit: (item) => this.composer.restore(app.outbox.drop(item.key)),
            onDelete: (item) => app.outbox.drop(item.key),
            onQuote: (text) => this.composer.quote(text),
            onSplit,
            onRedact,
        });
        this.typing = new TypingLine(app.me.id);
        this.banner = h('div', { class: 'thread-banner', hidden: true, testid: 'banner' });
        this.emptyTitle = h('p', { class: 'blank-title' });
        this.emptyHint = h('p', { class: 'blank-hint' });
        this.retry = h('button', {
            class: 'button button-plain', type: 'button', t: 'retry', hidden: true, testid: 'thread-retry',
        });
        this.skeleton = h('div', { class: 'thread-skeleton', hidden: true, testid: 'thread-skeleton' },
            h('p', { class: 'visually-hidden', t: 'thread.loading' }),
            ...Array.from({ length: 4 }, () => h('div', { class: 'skeleton-row', 'aria-hidden': 'true' })));
        this.blank = h('div', { class: 'blank' },
            h('span', { class: 'blank-mark', 'aria-hidden': 'true' }),
            this.emptyTitle,
            this.emptyHint,
            this.retry,
        );
        this.live = h('div', { class: 'thread-live', hidden: true },
            header.element,
            this.log.element,
            this.typing.element,
            this.banner,
            this.composer.element,
        );
        this.element = h('section', { class: 'thread' }, this.blank, this.skeleton, this.live);
        this.empty = empty;
        app.outbox.on('held', (item) => item.ticket === this.room?.id && this.#held(item));
        addEventListener('focus', () => this.#tellView(true));
        addEventListener('blur', () => this.#tellView(false));
        app.connection.on('hello', () => this.#tellView(document.hasFocus()));
        // Where the hub answers again, what failed is asked for again.
        app.connection.on('hello', () => this.retry.hidden || this.blank.hidden || this.retry.click());
        this.#showBlank(empty.text, empty.hint);
    }

    /** @param {string|null} id */
    open(id) {
        if (id === this.room?.id) return;
        this.close();
        if (id === null) return;
        this.room = this.app.subscriptions.open(id, 50);
        this.#stop = [this.room.on('change', () => this.#draw())];
        this.header.open(this.room);
        this.log.open(this.room);
        this.typing.open(this.room);
        this.composer.open(this.room);
        this.#patience.begin();
        this.#slow = setTimeout(() => this.#showSlow(), SLOW_MS);
        this.#tellView(document.hasFocus());
        this.#draw();
    }

    /** Messages to come, in their place: nothing that was shown before stays. */
    #showLoading() {
        this.#showBlank('thread.loading');
        this.blank.hidden = true;
        this.skeleton.hidden = false;
        this.element.setAttribute('aria-busy', 'true');
    }

    /** Moves the focus to the heading, now or once the ticket is shown. */
    focusHeading() {
        this.#focusOnceShown(this.header.title);
    }

    /** Makes the composer ready for a mode, now or once the ticket is shown. */
    async write(mode) {
        await this.composer.setMode(mode);
        this.#focusOnceShown(this.composer.field);
    }

    #focusOnceShown(element) {
        this.#wanted = this.live.hidden ? element : null;
        if (!this.#wanted) element.focus();
    }

    close() {
        this.#patience.reset();
        clearTimeout(this.#slow);
        this.#wanted = null;
        for (const stop of this.#stop) stop();
        this.#stop = [];
        if (this.room) {
            this.#tellView(false);
            this.app.subscriptions.close(this.room.id);
        }
        this.room = null;
        for (const part of [this.log, this.typing, this.composer]) part.open(null);
        this.#showBlank(this.empty.text, this.empty.hint);
    }

    /** The ticket does not exist, or this reader may not see it: both look the same. */
    showMissing() {
        this.close();
        this.#showBlank('thread.missing', 'thread.missingHint');
    }

    /** The ticket could not be loaded. @param {() => void} retry */
    showFailed(retry) {
        this.#patience.reset();
        this.#showBlank('thread.failed', 'thread.failedHint');
        this.retry.hidden = false;
        this.retry.onclick = () => {
            this.#showLoading();
            retry();
        };
    }

    #showSlow() {
        const { room } = this;
        if (!room || room.isLoaded || room.gone) return;
        this.showFailed(() => {
            this.#slow = setTimeout(() => this.#showSlow(), SLOW_MS);
            this.app.connection.wake();
            this.app.subscriptions.again(room.id);
        });
    }

    #draw() {
        const { room } = this;
        if (!room) return;
        if (room.gone) this.#patience.reset();
        if (room.problem && !room.isLoaded) return this.#showSlow();
        if (room.gone === 'missing') return this.#showBlank('thread.missing', 'thread.missingHint');
        if (room.gone === 'removed') {
            return this.#showBlank(
                'thread.removed',
                this.composer.field.value ? 'thread.draftKept' : null,
                this.composer.field.value,
            );
        }
        if (!room.isLoaded || !room.snapshot || !this.#patience.isOver(() => this.#draw())) return;
        const wasHidden = this.live.hidden;
        this.blank.hidden = this.skeleton.hidden = true;
        this.live.hidden = false;
        this.element.removeAttribute('aria-busy');
        this.header.update();
        this.composer.setClient(room.snapshot.client?.name);
        this.composer.setClosed(room.snapshot.status === 'closed');
        if (wasHidden) this.log.render();
        if (this.#wanted) this.#focusOnceShown(this.#wanted);
    }

    #showBlank(title, hint = null, draft = '') {
        this.live.hidden = this.skeleton.hidden = true;
        this.element.removeAttribute('aria-busy');
        this.blank.hidden = false;
        say(this.emptyTitle, title);
        this.retry.hidden = true;
        this.emptyHint.hidden = hint === null;
        if (hint) say(this.emptyHint, hint);
        this.blank.querySelector('textarea')?.remove();
        if (draft) {
            this.blank.append(
                h('textarea', { class: 'field', readonly: true, rows: 5, text: draft }),
            );
        }
    }

    async #held(item) {
        const { askAboutStale } = await import('./stale-dialog.js');
        const answer = await askAboutStale(item, this.app.clock);
        if (answer === 'force') return this.app.outbox.retry(item.key, { force: true });
        if (this.room?.id !== item.ticket) return;
        this.app.outbox.drop(item.key);
        this.composer.restore(item);
        this.log.scrollToEnd();
    }

    #tellView(focus) {
        if (this.room) this.app.connection.tell({ type: 'view', ticket: this.room.id, focus });
    }
}
