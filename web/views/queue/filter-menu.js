// The menu of the queue's filters: values with their numbers, found by typing. Fetched on first use.

import { number } from '../../i18n/index.js';
import { countValues, FILTER_FIELDS } from '../../state/filters.js';
import { fold } from '../../state/search-text.js';
import { h } from '../parts/dom.js';
import { onKey } from '../parts/keys.js';
import { VALUES } from './queue-bar.js';

export class FilterMenu {
    /** Detects that the menu was drawn again while an earlier drawing waited for the hub. */
    #turn = 0;

    /** @param {import('./queue-bar.js').QueueBar} bar */
    constructor(bar) {
        this.bar = bar;
        this.find = h('input', {
            class: 'field', type: 'search', tLabel: 'filters.find', tPlaceholder: 'filters.find',
            testid: 'filter-find', autocomplete: 'off', spellcheck: 'false', on: { input: () => this.#narrow() },
        });
        onKey(this.find, (event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            this.choices.querySelector('.filter-choice:not([hidden]) input')?.click();
        });
        this.choices = h('div', { class: 'filter-fields' });
        bar.menu.replaceChildren(this.find, this.choices);
    }

    /** With a keyboard at hand the field has the focus; on a phone its keyboard would hide the list. */
    open() {
        this.find.value = '';
        if (matchMedia('(pointer: fine)').matches) this.find.focus();
        return this.draw();
    }

    /** Offers only values that occur in the list, with their counts. */
    async draw() {
        const { bar } = this;
        const turn = (this.#turn += 1);
        const more = await bar.options.more();
        if (turn !== this.#turn) return;
        const snapshots = bar.options.snapshots();
        const unique = (values) => [...new Set(values.filter(Boolean))].sort();
        const values = {
            ...VALUES,
            project: unique([...snapshots.map(({ project }) => project), ...(more?.projects ?? [])]),
            assignee: ['me', 'none', ...unique(snapshots.map(({ assignedTo }) => assignedTo?.id))],
            tag: unique(snapshots.flatMap(({ tags }) => tags ?? [])),
        };
        const numbers = new Map();
        const fields = FILTER_FIELDS.filter((field) => values[field].length > 0).map((field) => {
            const counts = more ? [] : countValues(snapshots, field, values[field], bar.options.context());
            return h('fieldset', { class: 'filter-field' },
                h('legend', { class: 'label', t: `filters.${field}` }),
                ...values[field].map((value, index) => this.#choice(field, value, counts[index], numbers)));
        });
        const choices = FILTER_FIELDS.flatMap((field) => values[field].map((value) => ({ field, value })));
        more?.count(choices, ({ field, value }, n) => {
            numbers.get(`${field} ${value}`).textContent = number(n);
        }, () => turn === this.#turn && bar.details.open);
        const dates = ['from', 'to'].map((name) => h('label', { class: 'filter-date' },
            h('span', { t: `filters.${name}` }),
            h('input', {
                class: 'field', type: 'date', value: bar.filters[name],
                on: { change: ({ target }) => bar.change({ [name]: target.value }) },
            })));
        this.choices.replaceChildren(...fields, h('div', { class: 'filter-dates' }, ...dates));
        this.#narrow();
    }

    /** Shows the choices that contain what is typed: words of the value, or of its field. */
    #narrow() {
        const words = fold(this.find.value).split(/\s+/).filter(Boolean);
        for (const field of this.choices.querySelectorAll('.filter-field')) {
            const name = field.querySelector('legend').textContent;
            let some = false;
            for (const choice of field.querySelectorAll('.filter-choice')) {
                const text = fold(`${name} ${choice.querySelector('.filter-word').textContent}`);
                choice.hidden = !words.every((word) => text.includes(word));
                some ||= !choice.hidden;
            }
            field.hidden = !some;
        }
        this.choices.querySelector('.filter-dates')?.toggleAttribute('hidden', words.length > 0);
    }

    #choice(field, value, count, numbers) {
        const { bar } = this;
        const counted = h('span', { class: 'filter-count', text: count === undefined ? '' : String(count) });
        numbers.set(`${field} ${value}`, counted);
        return h('label', { class: 'filter-choice' },
            h('input', {
                type: 'checkbox', checked: bar.filters[field].includes(value),
                testid: `filter-${field}-${value}`,
                on: { change: ({ target }) => bar.change({
                    [field]: target.checked
                        ? [...bar.filters[field], value]
                        : bar.filters[field].filter((other) => other !== value),
                }) },
            }),
            h('span', { class: 'filter-word', text: bar.word(field, value) }),
            counted);
    }
}
