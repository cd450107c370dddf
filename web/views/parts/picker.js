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
 * @param {string} [options.query]
 * @param {(query: string) => void} [options.onDismiss] called with the typed text when nothing was chosen
 * @param {string} [options.testid]
 * @returns {Promise<any>} the value; undefined when dismissed
 */
export function pick({ label, choices, more = () => [], ask, preview, query = '', testid = 'picker', onDismiss }) {
    const id = `picker-${++count}`;
    const field = h('input', {
        class: 'picker-field', type: 'text', role: 'combobox', 'aria-expanded': 'true',
        'aria-controls': id, 'aria-autocomplete': 'list', tLabel: label, tPlaceholder: label,
        autocomplete: 'off', spellcheck: 'false', testid: `${testid}-field`, value: query,
    });
    const list = h('ul', { class: 'picker-list', role: 'listbox', id, tLabel: label });
    const blank = h('p', { class: 'picker-blank hint', t: 'picker.none', hidden: true });
    const side = h('div', { class: 'picker-preview', hidden: !preview });
    const dialog = h('dialog', { class: 'dialog picker', tLabel: label, testid },
        h('div', { class: 'picker-top' }, icon('search'), field), list, blank, side);
    let shown = [];
    let active = 0;
    let found = [];
    let asking = null;

    let options = [];
    const mark = (index) => {
        active = Math.max(0, Math.min(shown.length - 1, index));
        options.forEach((item, at) => setAttribute(item, 'aria-selected', String(at === active)));
        const item = options[active];
        setAttribute(field, 'aria-activedescendant', item?.id ?? null);
        item?.scrollIntoView({ block: 'nearest' });
        if (preview) side.replaceChildren(...(shown[active] ? [preview(shown[active])] : []));
    };
    const option = (choice, index) => {
        const item = h('li', {
            class: 'picker-item', role: 'option', id: `${id}-${index}`, testid: `${testid}-item`,
            'aria-checked': choice.isChecked === undefined ? null : String(choice.isChecked),
            on: { click: () => finish(choice), pointermove: () => index !== active && mark(index) },
        },
            choice.icon && icon(choice.icon),
            h('span', { class: 'picker-text', text: choice.text }),
            choice.detail && h('span', { class: 'picker-detail', text: choice.detail }),
            choice.isChecked && icon('check'),
            choice.keys && h('kbd', { text: choice.keys }));
        for (const part of item.querySelectorAll('span')) markIn(part, field.value);
        return item;
    };
    const draw = () => {
        const ranked = rankWith(choices, found, field.value, ({ text, detail = '' }) => withoutParts(`${text} ${detail}`));
        shown = bySection([...ranked, ...more(field.value)].slice(0, SHOWN_MAX));
        options = shown.map((choice, index) => option(choice, index));
        list.replaceChildren(...groups(shown, options, id));
        blank.hidden = shown.length > 0;
        mark(0);
    };
    const askHub = () => {
        clearTimeout(asking);
        found = [];
        const typed = field.value.trim();
        if (ask && typed) asking = setTimeout(async () => {
            const given = await ask(typed).catch(() => []);
            if (field.value.trim() !== typed) return;
            const chosen = shown[active];
            found = given;
            draw();
            // The highlighted choice stays highlighted.
            if (isMoved) mark(shown.findIndex(({ id, value }) => id === chosen.id && value === chosen.value));
        }, ASK_AFTER_MS);
    };
    let isMoved = false;
    let finish;
    const done = new Promise((resolve) => {
        finish = (choice) => {
            dialog.chosen = choice;
            dialog.close();
        };
        dialog.addEventListener('close', () => {
            dialog.remove();
            if (!dialog.chosen) onDismiss?.(field.value);
            resolve(dialog.chosen?.value);
        });
    });
    field.addEventListener('input', () => {
        isMoved = false;
        askHub();
        draw();
    });
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    onKey(field, (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
        if (step) {
            isMoved = true;
            mark(active + step);
        }
        else if (event.key === 'Enter') finish(shown[active]);
        else return;
        event.preventDefault();
    });
    document.body.append(dialog);
    dialog.showModal();
    draw();
    if (query) askHub();
    field.focus();
    field.setSelectionRange(query.length, query.length);
    return done;
}
