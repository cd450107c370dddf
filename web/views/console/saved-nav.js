// The saved views in the navigation, with live counts.

import { number } from '../../i18n/index.js';
import { SavedViews } from '../../state/saved-views.js';
import { inARow } from '../../state/visible-text.js';
import { h, KeyedList, setAttribute, write } from '../parts/dom.js';
import { icon, reshape } from '../parts/icon.js';

export class SavedNav {
    #current = null;

    /** @param {SavedViews} saved @param {(view: object) => void} onChoose */
    constructor(saved, onChoose) {
        Object.assign(this, { saved, onChoose });
        this.list = h('ul', { class: 'nav-list' });
        this.element = h('div', { class: 'nav-saved', hidden: true },
            h('p', { class: 'nav-title', t: 'saved.title' }), this.list);
        this.items = new KeyedList(this.list, ({ view }) => view.id, (item) => this.#item(item));
    }

    setView(name) {
        this.#current = name;
        for (const view of this.saved.list) this.items.part(view.id)?.mark(name);
    }

    /** @param {Map<string, number|undefined>} counts by id; undefined until known */
    render(counts) {
        this.element.hidden = this.saved.list.length === 0;
        this.items.render(this.saved.list.map((view) => ({ view, n: counts.get(view.id) })));
        this.setView(this.#current);
    }

    #item({ view: first }) {
        const { isPinned } = this.saved;
        let view = first;
        const label = h('span', { class: 'nav-label' });
        const count = h('span', { class: 'nav-count', testid: 'count-saved' });
        const mark = icon('bookmark');
        const shared = icon('people', 'icon nav-shared');
        const button = h('button', {
            class: 'nav-item', type: 'button', testid: 'view-saved', on: { click: () => this.onChoose(view) },
        }, mark, label, shared, count);
        const choose = (name) => setAttribute(
            button, 'aria-current', name === SavedViews.nameOf(view.id) ? 'page' : null);
        return {
            element: h('li', {}, button),
            mark: choose,
            update({ view: next, n }) {
                view = next;
                write(label, view.name);
                button.title = view.shared ? inARow([view.name, view.owner.name]) : view.name;
                setAttribute(button, 'data-pinned', isPinned(view));
                reshape(mark, isPinned(view) ? 'pin' : 'bookmark');
                setAttribute(shared, 'hidden', !view.shared);
                write(count, n > 0 ? number(n) : '');
                count.hidden = !n;
            },
        };
    }
}
