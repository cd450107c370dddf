// The divider between queue and thread: dragged, or moved with the arrows; its position is kept on
// this device.

import { h } from '../parts/dom.js';
import { onKey } from '../parts/keys.js';

const MIN = 320;
const MAX = 560;
const STEP = 16;
const NAME = 'guichet.queueWidth';

export class QueueSize {
    /** @param {HTMLElement} pane the queue @param {HTMLElement} frame the element with its column */
    constructor(pane, frame) {
        Object.assign(this, { pane, frame });
        this.element = h('div', {
            class: 'queue-size', role: 'separator', tabindex: '0', 'aria-orientation': 'vertical',
            'aria-valuemin': MIN, 'aria-valuemax': MAX, tLabel: 'queue.width', tTitle: 'queue.width',
            testid: 'queue-size',
        });
        pane.append(this.element);
        const kept = Number(localStorage.getItem(NAME));
        if (kept) this.#set(kept);
        new ResizeObserver(() => this.#tell()).observe(pane);
        this.#listen();
    }

    #listen() {
        const { element } = this;
        element.addEventListener('pointerdown', (event) => {
            event.preventDefault();
            element.focus({ preventScroll: true });
            element.setPointerCapture(event.pointerId);
            element.dataset.dragged = '';
        });
        element.addEventListener('pointermove', (event) => {
            if (!element.hasPointerCapture(event.pointerId)) return;
            this.#set(event.clientX - this.pane.getBoundingClientRect().left);
        });
        element.addEventListener('lostpointercapture', () => {
            delete element.dataset.dragged;
            this.#keep();
        });
        element.addEventListener('dblclick', () => this.reset());
        onKey(element, (event) => {
            const width = this.pane.offsetWidth;
            const to = {
                ArrowLeft: width - STEP, ArrowRight: width + STEP, Home: MIN, End: MAX,
            }[event.key];
            if (to === undefined) return;
            event.preventDefault();
            event.stopPropagation();
            this.#set(to);
            this.#keep();
        });
    }

    /** Restores the default width. */
    reset() {
        this.frame.style.removeProperty('--queue');
        localStorage.removeItem(NAME);
    }

    #set(width) {
        this.width = Math.round(Math.max(MIN, Math.min(MAX, width)));
        this.frame.style.setProperty('--queue', `${this.width}px`);
        this.#tell();
    }

    #keep() {
        if (this.width) localStorage.setItem(NAME, String(this.width));
    }

    /** The actual width: a narrow window may have reduced the wanted one. */
    #tell() {
        this.element.setAttribute('aria-valuenow', String(this.pane.offsetWidth));
    }
}
