// Picks one of many by typing: a field and a list, usable by keyboard alone. The palette, the menus
// of status, priority and people, and the quick replies use it.

import { rankWith } from '../../state/fuzzy.js';
import { withoutParts } from '../../state/visible-text.js';
import { h, setAttribute } from './dom.js';
import { icon } from './icon.js';
import { onKey } from './keys.js';
import { markIn } from './marks.js';

/** The section of the best choice comes first; within one, the order stays. */
function bySection(choices) {
    const sections = [...new Set(choices.map(({ section }) => section))];
    return sections.flatMap((section) => choices.filter((choice) => choice.section === section));
}

/** The options below the headings of their sections. */
function groups(shown, options, id) {
    const sections = [...new Set(shown.map(({ section }) => section))];
    return sections.flatMap((section, at) => {
        const own = options.filter((_, index) => shown[index].section === section);
        if (!section) return own;
        const heading = h('span', { class: 'picker-section', id: `${id}-section-${at}`, t: section });
        return [h('li', { role: 'presentation' }, heading,
            h('ul', { role: 'group', 'aria-labelledby': heading.id }, ...own))];
    });
}

const SHOWN_MAX = 60;
const ASK_AFTER_MS = 200;
let count = 0;

/**
 * @typedef {object} Choice
 * @property {any} value
 * @property {string} text
 * @property {string} [detail]
 * @property {string} [icon]
 * @property {string} [keys] its shortcut
 * @property {boolean} [isChecked]
 * @property {string} [section] the key of its heading; choices of a section stand together
 */

/**
 * @param {object} options
 * @param {string|Array} options.label
 * @param {Choice[]} options.choices
 * @param {(query: string) => Choice[]} [options.more] further choices for the typed text
 * @param {(query: string) => Promise<Choice[]>} [options.ask] choices from the hub, with ids
 * @param {(choice: Choice) => Node} [options.preview]
 * @param {HTMLTextAreaElement} [options.extra] a field below the list; Enter in it chooses, too
 * @param {string} [options.extraLabel] the key of its label
 * @param {string} [options.query]
 * @param {(query: string) => void} [options.onDismiss] called with the typed text when nothing was chosen
 * @param {string} [options.testid]
 * @returns {Promise<any>} the value; undefined when dismissed
 */
export const pick = (options) => new Picker(options).done;

class Picker {
    #shown = [];
    #options = [];
    #active = 0;
    /** What the hub found, and the timer of the next question. */
    #found = [];
    #asking = null;
    /** The reader has moved to a choice: it stays highlighted when more choices come. */
    #isMoved = false;

    constructor({ more = () => [], query = '', testid = 'picker', ...options }) {
        Object.assign(this, { more, testid, ...options });
        this.id = `picker-${++count}`;
        this.#makeParts(query);
        this.#listen();
        this.done = this.#closed();
        this.#open(query);
    }

    #makeParts(query) {
        const { id, label, testid } = this;
        this.field = h('input', {
            class: 'picker-field', type: 'text', role: 'combobox', 'aria-expanded': 'true',
            'aria-controls': id, 'aria-autocomplete': 'list', tLabel: label, tPlaceholder: label,
            autocomplete: 'off', spellcheck: 'false', testid: `${testid}-field`, value: query,
        });
        this.list = h('ul', { class: 'picker-list', role: 'listbox', id, tLabel: label });
        this.blank = h('p', { class: 'picker-blank hint', t: 'picker.none', hidden: true });
        this.side = h('div', { class: 'picker-preview', hidden: !this.preview });
        this.dialog = h('dialog', { class: 'dialog picker', tLabel: label, testid },
            h('div', { class: 'picker-top' }, icon('search'), this.field), this.list, this.blank, this.side,
            this.extra && h('label', { class: 'picker-extra' },
                h('span', { class: 'label', t: this.extraLabel }), this.extra));
    }

    #listen() {
        this.field.addEventListener('input', () => {
            this.#isMoved = false;
            this.#askHub();
            this.#draw();
        });
        this.dialog.addEventListener('click', (event) =>
            event.target === this.dialog && this.dialog.close());
        onKey(this.field, (event) => {
            const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
            if (step) this.#move(step);
            else if (event.key === 'Enter') this.#finish(this.#shown[this.#active]);
            else return;
            event.preventDefault();
        });
        if (this.extra) onKey(this.extra, (event) => this.#pressedInExtra(event));
    }

    /** Enter finishes here too; a new line needs Shift. */
    #pressedInExtra(event) {
        if (event.key !== 'Enter' || event.shiftKey) return;
        event.preventDefault();
        if (this.#shown.length > 0) this.#finish(this.#shown[this.#active]);
    }

    #closed() {
        return new Promise((resolve) => this.dialog.addEventListener('close', () => {
            this.dialog.remove();
            if (!this.chosen) this.onDismiss?.(this.field.value);
            resolve(this.chosen?.value);
        }));
    }

    #open(query) {
        document.body.append(this.dialog);
        this.dialog.showModal();
        this.#draw();
        if (query) this.#askHub();
        this.field.focus();
        this.field.setSelectionRange(query.length, query.length);
    }

    #finish(choice) {
        this.chosen = choice;
        this.dialog.close();
    }

    #draw() {
        const { value } = this.field;
        const ranked = rankWith(this.choices, this.#found, value, ({ text, detail = '' }) =>
            withoutParts(`${text} ${detail}`));
        this.#shown = bySection([...ranked, ...this.more(value)].slice(0, SHOWN_MAX));
        this.#options = this.#shown.map((choice, index) => this.#option(choice, index));
        this.list.replaceChildren(...groups(this.#shown, this.#options, this.id));
        this.blank.hidden = this.#shown.length > 0;
        this.#mark(0);
    }

    #option(choice, index) {
        const item = h('li', {
            class: 'picker-item', role: 'option', id: `${this.id}-${index}`, testid: `${this.testid}-item`,
            'aria-checked': choice.isChecked === undefined ? null : String(choice.isChecked),
            on: {
                click: () => this.#finish(choice),
                pointermove: () => index !== this.#active && this.#mark(index),
            },
        },
            choice.icon && icon(choice.icon),
            h('span', { class: 'picker-text', text: choice.text }),
            choice.detail && h('span', { class: 'picker-detail', text: choice.detail }),
            choice.isChecked && icon('check'),
            choice.keys && h('kbd', { text: choice.keys }));
        for (const part of item.querySelectorAll('span')) markIn(part, this.field.value);
        return item;
    }

    #move(step) {
        this.#isMoved = true;
        this.#mark(this.#active + step);
    }

    /** Highlights a choice and shows its preview. */
    #mark(index) {
        this.#active = Math.max(0, Math.min(this.#shown.length - 1, index));
        this.#options.forEach((item, at) => setAttribute(item, 'aria-selected', String(at === this.#active)));
        const item = this.#options[this.#active];
        const choice = this.#shown[this.#active];
        setAttribute(this.field, 'aria-activedescendant', item?.id ?? null);
        item?.scrollIntoView({ block: 'nearest' });
        if (this.preview) this.side.replaceChildren(...(choice ? [this.preview(choice)] : []));
    }

    #askHub() {
        clearTimeout(this.#asking);
        this.#found = [];
        const typed = this.field.value.trim();
        if (this.ask && typed) this.#asking = setTimeout(() => this.#addFound(typed), ASK_AFTER_MS);
    }

    async #addFound(typed) {
        const given = await this.ask(typed).catch(() => []);
        if (this.field.value.trim() !== typed) return;
        const chosen = this.#shown[this.#active];
        this.#found = given;
        this.#draw();
        if (!this.#isMoved) return;
        this.#mark(this.#shown.findIndex(({ id, value }) => id === chosen.id && value === chosen.value));
    }
}
