// The people whom the hub has seen, by role. Accounts are kept elsewhere: here a person is found, and
// erased by admins.

import { language } from '../../i18n/index.js';
import { fold } from '../../state/search-text.js';
import { nameOf } from '../../state/visible-text.js';
import { avatar } from '../parts/chips.js';
import { h, say } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { needsHub } from '../thread/needs-hub.js';

const ROLES = ['client', 'technician', 'admin'];
/** More are found by typing. */
const SHOWN_MAX = 100;

export class PeopleSettings {
    #list = [];

    /** @param {import('../../app.js').App} app */
    constructor(app) {
        this.app = app;
        this.find = h('input', {
            class: 'field search-field', type: 'search', tLabel: 'people.find', tPlaceholder: 'people.find',
            testid: 'person-find', on: { input: () => this.#draw() },
        });
        this.role = h('select', {
            class: 'field people-role', tLabel: 'people.role', testid: 'person-role', on: { change: () => this.#draw() },
        }, h('option', { value: '', t: 'people.all' }),
        ...ROLES.map((role) => h('option', { value: role, t: `role.${role}` })));
        this.rows = h('tbody', { testid: 'people' });
        this.table = h('div', { class: 'table-scroll' }, h('table', { class: 'settings-table' },
            h('thead', {}, h('tr', {}, ...['name', 'id', 'role'].map((name) =>
                h('th', { scope: 'col', t: `people.${name}` })), h('th', { scope: 'col' },
                h('span', { class: 'visually-hidden', t: 'settings.actions' })))),
            this.rows));
        this.said = h('p', { class: 'hint settings-blank', hidden: true });
        this.element = h('div', {}, h('p', { class: 'lead', t: 'people.lead' }),
            h('div', { class: 'settings-bar' },
                h('div', { class: 'search-box' }, icon('search'), this.find), this.role),
            this.table, this.said);
        language.on('change', () => this.#draw());
    }

    async load() {
        try {
            this.#list = (await this.app.api.users(ROLES)).sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
            this.#draw();
        } catch (error) {
            if (this.#list.length > 0) return this.app.toasts.error(error, { retry: () => this.load() });
            this.table.hidden = true;
            this.said.hidden = false;
            say(this.said, 'list.failed');
        }
        return undefined;
    }

    #draw() {
        const word = fold(this.find.value.trim());
        const found = this.#list.filter((person) => (this.role.value === '' || person.role === this.role.value) &&
            fold(`${nameOf(person)} ${person.id}`).includes(word));
        this.rows.replaceChildren(...found.slice(0, SHOWN_MAX).map((person) => this.#row(person)));
        this.table.hidden = found.length === 0;
        this.said.hidden = found.length > 0 && found.length <= SHOWN_MAX;
        if (!this.said.hidden) say(this.said, found.length === 0 ? 'picker.none' : ['people.more', { n: found.length - SHOWN_MAX }]);
    }

    #row(person) {
        return h('tr', { testid: 'person' },
            h('th', { scope: 'row' }, h('span', { class: 'person-name' }, avatar(person, { small: true }).element,
                h('span', { text: nameOf(person) }))),
            h('td', {}, h('code', { class: 'shortcut', text: person.id })),
            h('td', { t: `role.${person.role}` }),
            h('td', { class: 'settings-actions' }, this.app.me.role === 'admin' && needsHub(h('button', {
                class: 'icon-button', type: 'button', testid: 'person-erase', tTitle: 'people.erase',
                tLabel: ['people.eraseOf', { name: nameOf(person) }], on: { click: () => this.#erase(person) },
            }, icon('trash')))));
    }

    async #erase(person) {
        const { erasePerson } = await import('../thread/redact.js');
        await erasePerson(this.app, person);
        await this.load();
    }
}
