// The bar above the queue: its name and count, the search field, filters, order, density; and the
// changes that wait while the list is held.

import { language, t } from '../../i18n/index.js';
import { countFilters, FILTER_FIELDS, noFilters } from '../../state/filters.js';
import { isSame, sortName } from '../../state/saved-views.js';
import { parseSearch, suggestions } from '../../state/search-text.js';
import { PRIORITIES, SORTS } from '../../state/urgency.js';
import { h, say, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';

export const VALUES = {
    status: ['open', 'in_progress', 'waiting'],
    priority: PRIORITIES,
    category: ['incident', 'request', 'change'],
    watching: ['me'],
    sla: ['breached', 'warning', 'soon', 'day', 'paused'],
};

/** A chosen value in the reader's language, unless it is a name. */
export function filterWord(field, value) {
    if (field === 'assignee') return ['me', 'none'].includes(value) ? t(`filters.${value}`) : value;
    if (field === 'sla' || field === 'watching') return t(`filters.${field}.${value}`);
    return VALUES[field] ? t(`${field}.${value}`) : value;
}

export class QueueBar {
    filters = noFilters();

    /**
     * @param {{onSearch: () => void, onFilters: () => void, onSort: () => void, onApply: () => void,
     *     onDown: () => void, onSave: () => void, canSave: () => boolean, saved: () => object|null,
     *     snapshots: () => object[], context: () => object, more: () => Promise<object>|null}} options
     *     `more`: the hub's values and numbers if not all tickets are loaded; null if they are
     */
    constructor(options) {
        this.options = options;
        this.title = h('h1', { class: 'pane-title' });
        this.count = h('span', { class: 'queue-count', testid: 'queue-count' });
        this.search = h('input', {
            class: 'field search-field', type: 'search', tLabel: 'queue.filter',
            tPlaceholder: 'queue.filterHint', testid: 'filter', 'aria-keyshortcuts': '/',
            autocomplete: 'off', spellcheck: 'false', list: 'search-suggestions',
        });
        this.suggestions = h('datalist', { id: 'search-suggestions' });
        this.problem = h('p', { class: 'field-error', hidden: true, testid: 'search-problem' });
        this.sort = h('select', { class: 'bar-select', tLabel: 'sort.label', testid: 'sort' },
            ...SORTS.map((name) => h('option', { value: name, t: `sort.${name}` })));
        this.density = h('button', {
            class: 'icon-button bar-button', type: 'button', tLabel: 'queue.density',
            tTitle: 'queue.density', testid: 'density', 'aria-pressed': 'false',
        }, icon('rows'));
        this.filterCount = h('span', { class: 'bar-count', hidden: true });
        this.menu = h('div', { class: 'filter-menu', testid: 'filter-menu' });
        this.details = h('details', { class: 'filter-details' },
            h('summary', { class: 'button button-quiet bar-filter', testid: 'filters' },
                icon('plus'), h('span', { t: 'filters.add' }), this.filterCount),
            this.menu);
        this.chips = h('div', { class: 'filter-chips', hidden: true });
        this.held = h('button', {
            class: 'held-pill', type: 'button', hidden: true, testid: 'held',
            'aria-keyshortcuts': 'u', on: { click: () => options.onApply() },
        });
        this.element = h('div', { class: 'pane-head queue-bar' },
            h('div', { class: 'pane-head-row' }, this.title, this.count),
            h('div', { class: 'search-box' }, icon('search'), this.search, this.suggestions),
            this.problem,
            h('div', { class: 'bar-row' }, this.details, this.sort, this.density),
            this.chips, this.held);
        this.#listen();
    }

    get isMenuOpen() {
        return this.details.open;
    }

    #listen() {
        const { options, search } = this;
        search.addEventListener('input', () => {
            this.#suggest();
            this.drawProblem();
            options.onSearch();
        });
        onKey(search, (event) => {
            if (event.key === 'Escape') {
                event.stopPropagation();
                if (search.value === '') search.blur();
                search.value = '';
                options.onSearch();
            }
            if (event.key === 'ArrowDown' || event.key === 'Enter') {
                event.preventDefault();
                options.onDown();
            }
        });
        this.sort.addEventListener('change', () => options.onSort());
        this.details.addEventListener('toggle', async () => {
            if (!this.details.open) return;
            const { FilterMenu } = await import('./filter-menu.js');
            this.filterMenu ??= new FilterMenu(this);
            this.filterMenu.open();
        });
        onKey(this.details, (event) => {
            if (event.key !== 'Escape' || !this.details.open) return;
            event.stopPropagation();
            this.details.open = false;
            this.details.querySelector('summary').focus();
        });
        document.addEventListener('click', (event) => {
            if (!this.details.contains(event.target)) this.details.open = false;
        });
        language.on('change', () => this.drawChips());
    }

    setFilters(filters) {
        this.filters = filters;
        this.drawChips();
        if (this.details.open) this.filterMenu?.draw();
    }

    clear() {
        this.search.value = '';
        this.change(Object.fromEntries(Object.entries(this.filters).map(([name, value]) =>
            [name, Array.isArray(value) ? [] : ''])));
        this.options.onSearch();
        this.drawProblem();
    }

    get isNarrowed() {
        return this.search.value !== '' || countFilters(this.filters) > 0;
    }

    setHeld(changes) {
        this.held.hidden = changes === 0;
        if (changes > 0) say(this.held, ['queue.held', { n: changes }]);
    }

    drawProblem() {
        const [problem] = parseSearch(this.search.value).problems;
        // An operator that is still being typed gets no error.
        const isWrong = problem && !this.search.value.endsWith(':');
        this.problem.hidden = !isWrong;
        if (isWrong) say(this.problem, [problem.key, { text: problem.text }]);
        setAttribute(this.search, 'aria-invalid', isWrong ? 'true' : null);
    }

    drawChips() {
        const n = countFilters(this.filters);
        this.filterCount.hidden = n === 0;
        this.filterCount.textContent = String(n);
        const canSave = this.#canSave();
        this.chips.hidden = n === 0 && !canSave;
        const chips = FILTER_FIELDS.flatMap((field) => this.filters[field].map((value) =>
            this.#chip(`${t(`filters.${field}`)} : ${this.word(field, value)}`, () =>
                this.change({ [field]: this.filters[field].filter((other) => other !== value) }))));
        for (const name of ['from', 'to']) {
            if (this.filters[name]) {
                chips.push(this.#chip(`${t(`filters.${name}`)} ${this.filters[name]}`, () =>
                    this.change({ [name]: '' })));
            }
        }
        this.chips.replaceChildren(...[...chips, this.isNarrowed && h('button', {
            class: 'link-button', type: 'button', t: 'filters.clear', testid: 'filters-clear',
            on: { click: () => this.clear() },
        }), canSave && h('button', {
            class: 'link-button', type: 'button', t: 'saved.save', testid: 'save-view',
            on: { click: () => this.options.onSave() },
        })].filter(Boolean));
    }

    /** There are unsaved filters to save. */
    #canSave() {
        const saved = this.options.saved();
        if (!saved) return this.isNarrowed && this.options.canSave();
        return !isSame(saved, this.filters, this.search.value) || sortName(saved.sort) !== this.sort.value;
    }

    #chip(text, remove) {
        return h('button', {
            class: 'filter-chip', type: 'button', tLabel: ['filters.remove', { text }],
            on: { click: remove },
        }, h('span', { text }), icon('close'));
    }

    word(field, value) {
        const known = field === 'assignee' &&
            this.options.snapshots().find((snapshot) => snapshot.assignedTo?.id === value);
        return known ? known.assignedTo.name : filterWord(field, value);
    }

    change(changes) {
        this.filters = { ...this.filters, ...changes };
        this.drawChips();
        this.options.onFilters();
    }

    #suggest() {
        const before = this.search.value.replace(/\S*$/, '');
        this.suggestions.replaceChildren(
            ...suggestions(this.search.value, language.code).slice(0, 8).map((word) =>
                h('option', { value: before + word })));
    }
}
