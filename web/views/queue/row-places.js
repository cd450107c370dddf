// Where the rows of the queue stand: each has the same height, and the parts of an order by urgency
// have a heading.

import { number } from '../../i18n/index.js';
import { rowWindow } from '../../state/row-window.js';
import { h, KeyedList, say, write } from '../parts/dom.js';

/** In the size of the text, which people enlarge. */
const HEAD_REM = 1.75;

export class RowPlaces {
    #parts = [];

    /** @param {HTMLElement} scroller @param {import('../settings/density.js').Density} density */
    constructor(scroller, density) {
        Object.assign(this, { scroller, density });
        // A row says its state to screen readers.
        this.element = h('div', { class: 'queue-parts', 'aria-hidden': 'true', testid: 'queue-parts' });
        this.heads = new KeyedList(this.element, ({ name }) => name, makeHead);
    }

    get #headHeight() {
        return HEAD_REM * parseFloat(getComputedStyle(document.documentElement).fontSize);
    }

    /**
     * @param {Array<{name: string, at: number, count: number}>} parts see `urgencyParts`
     * @param {boolean} hasMore the last part goes on beyond the loaded rows
     */
    setParts(parts, hasMore) {
        this.#parts = parts;
        const last = Math.max(...parts.map(({ at }) => at));
        this.heads.render(parts.map((part) => ({
            ...part,
            isWhole: !hasMore || part.at !== last,
            top: this.topOf(part.at) - this.#headHeight,
        })));
    }

    topOf(index) {
        return index * this.density.rowHeight + this.#headHeight * this.#parts.filter(({ at }) => at <= index).length;
    }

    /** @returns {{indexes: number[], total: number}} see `rowWindow` */
    window(count, keep) {
        const { scrollTop, clientHeight: height } = this.scroller;
        const { indexes } = rowWindow({ count, rowHeight: this.density.rowHeight, scrollTop, height, keep });
        return { indexes, total: this.topOf(count) };
    }

    /** Scrolls a row into sight, the first of a part with its heading. */
    reveal(index) {
        const { scroller } = this;
        const isFirst = this.#parts.some(({ at }) => at === index);
        const top = this.topOf(index) - (isFirst ? this.#headHeight : 0);
        if (top < scroller.scrollTop) scroller.scrollTop = top;
        const bottom = this.topOf(index) + this.density.rowHeight - scroller.clientHeight;
        if (bottom > scroller.scrollTop) scroller.scrollTop = bottom;
    }
}

function makeHead() {
    const label = h('span');
    const count = h('span', { class: 'group-count' });
    const element = h('p', { class: 'queue-part' }, label, count);
    return {
        element,
        update({ name, count: n, isWhole, top }) {
            say(label, `queue.part.${name}`);
            write(count, isWhole ? number(n) : '');
            element.dataset.part = name;
            element.style.transform = `translateY(${top}px)`;
        },
    };
}
