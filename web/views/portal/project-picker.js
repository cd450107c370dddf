// The start page of a client with several projects. The cards are live; a long list has a search
// field.

import { language, relative } from '../../i18n/index.js';
import { orderProjects } from '../../state/project-order.js';
import { h, KeyedList, say, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';

const SEARCH_FROM = 8;
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class ProjectPicker {
    #projects = [];
    #shown = [];

    /**
     * @param {import('../../app.js').App} app
     * @param {(project: object) => void} onPick
     */
    constructor(app, onPick) {
        Object.assign(this, { app, onPick });
        this.search = h('input', {
            class: 'field search-field', type: 'search', tLabel: 'project.search',
            tPlaceholder: 'project.search', testid: 'project-search', autocomplete: 'off',
        });
        this.box = h('div', { class: 'search-box', hidden: true }, icon('search'), this.search);
        this.grid = h('div', { class: 'project-grid' });
        this.blank = h('p', { class: 'hint', t: 'project.noResult', testid: 'project-blank', hidden: true });
        this.cards = new KeyedList(this.grid, ({ id }) => id, (project) => this.#card(project));
        this.element = h('section', { class: 'project-picker' },
            h('h1', { class: 'picker-title', t: 'project.title' }),
            h('p', { class: 'lead', t: 'project.lead' }), this.box, this.grid, this.blank);
        this.search.addEventListener('input', () => this.render());
        onKey(this.search, (event) => this.#searchKey(event));
        onKey(this.grid, (event) => this.#gridKey(event));
        this.grid.addEventListener('focusout', () => queueMicrotask(() => this.render()));
        language.on('change', () => this.render());
    }

    update(projects) {
        this.#projects = projects;
        this.box.hidden = projects.length < SEARCH_FROM;
        this.render();
    }

    render() {
        const isHeld = this.grid.contains(document.activeElement);
        const query = this.box.hidden ? '' : this.search.value;
        this.#shown = orderProjects(this.#shown.map(({ id }) => id), this.#projects, { query, isHeld });
        this.cards.render(this.#shown);
        this.blank.hidden = this.#shown.length > 0 || query === '';
    }

    #focus(index) {
        this.grid.children[(index + this.#shown.length) % this.#shown.length]?.focus();
    }

    /** Enter opens the first remaining project; the arrow moves into the cards. */
    #searchKey(event) {
        if (event.key === 'Escape' && this.search.value !== '') {
            this.search.value = '';
            this.render();
        } else if (event.key === 'Enter' && this.#shown.length > 0) this.onPick(this.#shown[0]);
        else if (event.key === 'ArrowDown') this.#focus(0);
        else return;
        event.preventDefault();
        event.stopPropagation();
    }

    #gridKey(event) {
        const cards = [...this.grid.children];
        const step = STEPS[event.key];
        if (step) this.#focus(cards.indexOf(document.activeElement) + step);
        else if (event.key === 'Home') this.#focus(0);
        else if (event.key === 'End') this.#focus(cards.length - 1);
        else if (event.key === '/' && !this.box.hidden) this.search.focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
    }

    #card({ id }) {
        const name = h('span', { class: 'project-name' });
        const count = h('span', { class: 'project-count' });
        const waiting = h('span', { class: 'project-waiting', testid: 'project-waiting' });
        const activity = h('span', { class: 'project-activity' });
        const element = h('button', {
            class: 'project-card', type: 'button', testid: 'project', data: { project: id },
            on: { click: () => this.onPick({ id }) },
        }, name, count, waiting, activity);
        return {
            element,
            update: (project) => {
                write(name, project.name ?? project.id);
                say(count, ['project.open', { n: project.open ?? 0 }]);
                waiting.hidden = !(project.waiting > 0);
                if (!waiting.hidden) say(waiting, ['project.waiting', { n: project.waiting }]);
                activity.hidden = !project.lastActivityAt;
                if (activity.hidden) return;
                const when = relative(project.lastActivityAt, this.app.clock.now());
                say(activity, ['project.activity', { when }]);
            },
        };
    }
}
