// The typing indicator ("Nora écrit…"), below the log.

import { TYPING_EXPIRES_MS } from '../../state/room.js';
import { nameOf } from '../../state/visible-text.js';
import { h, say } from '../parts/dom.js';

export class TypingLine {
    #room = null;
    #stop = null;
    #timer = null;

    /** @param {string} me excluded from the line */
    constructor(me) {
        this.me = me;
        this.label = h('span');
        this.element = h('p', { class: 'typing-line', testid: 'typing', hidden: true },
            h('span', { class: 'typing-dots', 'aria-hidden': 'true' },
                h('i'),
                h('i'),
                h('i'),
            ), this.label);
    }

    open(room) {
        this.#stop?.();
        this.#room = room;
        this.#stop = room?.on('change', (what) =>
            ['typing', 'event', 'gone'].includes(what) && this.#draw());
        this.#draw();
    }

    #draw() {
        clearTimeout(this.#timer);
        const writers = (this.#room?.writers() ?? []).filter(({ by }) => by.id !== this.me);
        this.element.hidden = writers.length === 0;
        if (writers.length === 0) return;
        const [first, second] = writers.map(({ by }) => nameOf(by));
        this.element.dataset.internal = String(writers.every(({ internal }) => internal));
        say(
            this.label,
            writers.length === 1
                ? ['typing.one', { name: first }]
                : writers.length === 2
                ? ['typing.two', { name: first, other: second }]
                : 'typing.many',
        );
        this.#timer = setTimeout(() => this.#draw(), TYPING_EXPIRES_MS + 50);
    }
}
