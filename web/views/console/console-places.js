// Reports and settings, the pages beside the queue: each is fetched when it is first opened.

import { h } from '../parts/dom.js';
import { loadStyle } from '../parts/load-style.js';

const PLACES = {
    reports: async (page) => {
        const { ReportsPage } = await import('../reports/reports-page.js');
        return new ReportsPage(page.app, {
            queue: page.queue, counted: () => page.nav.told(), onFilter: (changes) => page.go({ panel: null, wall: null, ...changes }),
        });
    },
    settings: async (page) => {
        const { SettingsPage } = await import('../settings/settings-page.js');
        return new SettingsPage(page);
    },
};

export class ConsolePlaces {
    /** The open page; null for the queue. */
    name = null;
    #made = new Map();
    #place = null;

    /** @param {import('./console-page.js').ConsolePage} page */
    constructor(page) {
        this.page = page;
        this.element = h('section', { class: 'place', hidden: true, testid: 'place' });
    }

    /** Both `?panel=reports` and `#reports` open it; so does `?wall`, the reports as a wallboard. */
    nameIn(panel, hash) {
        if (new URLSearchParams(location.search).has('wall')) return 'reports';
        return Object.keys(PLACES).find((name) => panel === name || hash === `#${name}`) ?? null;
    }

    /** @returns {boolean} whether the open page was on a wall */
    leaveWall() {
        return this.#place?.leaveWall?.() ?? false;
    }

    /** @param {string|null} name @param {string|null} tab within the page */
    async show(name, tab) {
        this.name = name;
        if (name === null) this.leaveWall();
        this.element.hidden = name === null;
        if (name === null) return;
        if (!this.#made.has(name)) {
            this.#made.set(name, Promise.all([PLACES[name](this.page), loadStyle(`/styles/${name}.css`)]));
        }
        const [place] = await this.#made.get(name);
        if (this.name !== name) return;
        this.#place = place;
        if (!place.element.isConnected) this.element.replaceChildren(place.element);
        place.load(tab);
    }
}
