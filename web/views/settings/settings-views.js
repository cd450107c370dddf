// Saved views in the settings: rename, share, reorder, delete.

import { language, t } from '../../i18n/index.js';
import { FILTER_FIELDS } from '../../state/filters.js';
import { fromHubFilter, sortCode, sortName } from '../../state/saved-views.js';
import { ask } from '../parts/dialog.js';
import { h } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { filterWord } from '../queue/queue-bar.js';
import { viewFields } from '../console/save-view.js';

export class ViewSettings {
    /** @param {import('../console/console-page.js').ConsolePage} page */
    constructor(page) {
        Object.assign(this, { page, app: page.app, saved: page.saved });
        this.rows = h('tbody', { testid: 'views' });
        this.table = h('div', { class: 'table-scroll' }, h('table', { class: 'settings-table' },
            h('thead', {}, h('tr', {}, ...['name', 'filters', 'sort', 'who'].map((name) =>
                h('th', { scope: 'col', t: `saved.${name}` })), h('th', { scope: 'col' },
                h('span', { class: 'visually-hidden', t: 'settings.actions' })))),
            this.rows));
        this.blank = h('p', { class: 'hint settings-blank', hidden: true, t: 'saved.none' });
        this.element = h('div', {}, h('p', { class: 'lead', t: 'saved.lead' }), this.table, this.blank);
        this.saved.on('change', () => this.#draw());
        language.on('change', () => this.#draw());
    }

    load() {
        this.#draw();
        return this.saved.load();
    }

    #draw() {
        const { list } = this.saved;
        this.table.hidden = list.length === 0;
        this.blank.hidden = list.length > 0;
        this.rows.replaceChildren(...list.map((view) => this.#row(view)));
    }

    #row(view) {
        const button = (name, shape, run) => h('button', {
            class: 'icon-button', type: 'button', testid: `view-${name}`, tTitle: `settings.${name}`,
            tLabel: [`settings.${name}Of`, { name: view.name }], on: { click: run },
        }, icon(shape));
        const mayChange = this.saved.mayChange(view);
        return h('tr', { testid: 'view-row' },
            h('th', { scope: 'row' }, h('button', {
                class: 'link-button', type: 'button', text: view.name, testid: 'view-open',
                on: { click: () => this.page.chooseSaved(view) },
            })),
            h('td', { class: 'settings-words', text: this.#filterWords(view) }),
            h('td', { t: `sort.${sortName(view.sort)}` }),
            h('td', {}, h('span', { t: view.shared ? 'saved.shared' : 'saved.private' }),
                !this.saved.isMine(view) && h('span', { class: 'hint', text: ` · ${view.owner.name}` })),
            h('td', { class: 'settings-actions' },
                this.#pinButton(view),
                mayChange && button('edit', 'pen', () => this.#edit(view)),
                mayChange && button('delete', 'trash', () => this.#remove(view))));
    }

    /** Anybody may pin any view: only their own navigation changes. */
    #pinButton(view) {
        const isPinned = this.saved.isPinned(view);
        return h('button', {
            class: 'icon-button', type: 'button', testid: 'view-pinned', tTitle: 'saved.pin',
            tLabel: ['saved.pinOf', { name: view.name }], 'aria-pressed': String(isPinned),
            on: { click: () => this.#pin(view, !isPinned) },
        }, icon('pin'));
    }

    /** The row moves, so its new button gets the focus. */
    #pin(view, isOn) {
        this.saved.pin(view, isOn);
        this.rows.children[this.saved.list.findIndex(({ id }) => id === view.id)]
            ?.querySelector('[data-testid="view-pinned"]').focus();
    }

    #filterWords({ filter }) {
        const { filters, text } = fromHubFilter(filter);
        const parts = FILTER_FIELDS.filter((field) => filters[field].length > 0).map((field) =>
            `${t(`filters.${field}`)} : ${filters[field].map((value) => filterWord(field, value)).join(', ')}`);
        return [...parts, text && t('saved.words', { text })].filter(Boolean).join(' · ') || t('saved.all');
    }

    async #edit(view) {
        const fields = viewFields({ ...view, sort: sortName(view.sort), isPinned: this.saved.isPinned(view) });
        const answer = await ask({
            label: ['settings.editOf', { name: view.name }], body: [fields.element], testid: 'edit-view',
            buttons: [
                { label: 'create.cancel', value: '' },
                { label: 'settings.save', value: 'save', tone: 'primary', testid: 'view-save' },
            ],
        });
        if (answer !== 'save') return;
        const { name, shared, sort, isPinned } = fields.read();
        this.saved.pin(view, isPinned);
        await this.#try(() => this.saved.change(view, { name: name || view.name, shared, sort: sortCode(sort) }),
            ['settings.saved', { name: name || view.name }]);
    }

    async #remove(view) {
        const answer = await ask({
            label: ['settings.confirmDelete', { name: view.name }], testid: 'confirm-delete',
            body: view.shared ? [h('p', { t: 'saved.deleteShared' })] : [],
            buttons: [
                { label: 'create.cancel', value: '' },
                { label: 'settings.delete', value: 'yes', tone: 'primary', testid: 'delete-yes' },
            ],
        });
        if (answer === 'yes') {
            await this.#try(() => this.saved.remove(view), ['settings.deleted', { name: view.name }]);
        }
    }

    async #try(run, said) {
        try {
            await run();
            this.app.toasts.show(said);
        } catch (error) {
            this.app.toasts.error(error);
        }
    }
}
