// A client's projects: the choice between several, and the chosen one at the top of the page with
// its support hours.

import { ProjectFeed } from '../../net/project-feed.js';
import { h, write } from '../parts/dom.js';
import { ProjectPicker } from './project-picker.js';

export class PortalProjects {
    /** The project of the page; null: none, or several. */
    current = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {{onPick: (id: string|null) => void}} options null: back to the choice
     */
    constructor(app, { onPick }) {
        this.app = app;
        this.picker = new ProjectPicker(app, ({ id }) => onPick(id));
        this.feed = new ProjectFeed(app, {
            isSeen: () => this.picker.element.isConnected && !document.hidden,
        });
        this.feed.on('change', (projects) => this.picker.update(projects));
        document.addEventListener('visibilitychange', () => this.feed.ask());
        this.name = h('span', { class: 'project-title', testid: 'project-title' });
        this.hours = h('span', {
            class: 'project-hours', testid: 'support-hours', hidden: true, data: { ticks: '' },
            on: { tick: () => this.#drawHours() },
        });
        this.switcher = h('button', {
            class: 'link-button', type: 'button', t: 'project.switch', testid: 'switch-project',
            on: { click: () => onPick(null) },
        });
    }

    load = () => this.feed.load();

    get all() {
        return this.feed.projects;
    }

    /** For the place where the page shows it. */
    pick() {
        this.picker.update(this.all);
        queueMicrotask(() => this.feed.ask());  // after it is on the page
        return this.picker.element;
    }

    show(id) {
        const only = this.all.length === 1 ? this.all[0] : null;
        this.current = this.all.find((project) => project.id === id) ?? only;
        write(this.name, this.current ? (this.current.name ?? this.current.id) : '');
        this.switcher.hidden = this.all.length < 2;
        this.#drawHours();
    }

    /** The hours that an ordinary request of this project would get. */
    #drawHours() {
        const { hours, clock } = this.app;
        const project = this.current?.id;
        const calendar = project === undefined
            ? null
            : hours.of({ priority: 'normal', category: 'request', project });
        if (calendar) hours.parts.supportHours(this.hours, calendar, clock.now());
        else this.hours.hidden = true;
    }
}
