// Quick replies: the list, and a form with a preview.

import { language } from '../../i18n/index.js';
import { bodyOf } from '../../state/quick-replies.js';
import { fold } from '../../state/search-text.js';
import { ask } from '../parts/dialog.js';
import { h, say, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { ReplyForm } from '../portal/reply-form.js';

export class ReplySettings {
    #list = [];
    #chosen = null;

    /** @param {import('../console/console-page.js').ConsolePage} page */
    constructor(page) {
        Object.assign(this, { app: page.app, page });
        this.find = h('input', {
            class: 'field search-field', type: 'search', tLabel: 'reply.find', tPlaceholder: 'reply.find',
            testid: 'reply-find', on: { input: () => this.#draw() },
        });
        this.items = h('ul', { class: 'settings-list', tLabel: 'settings.replies', testid: 'replies' });
        this.said = h('p', { class: 'hint settings-blank', hidden: true });
        this.form = new ReplyForm(page, {
            onSave: (reply, content) => this.#save(reply, content),
            onDelete: (reply) => this.#delete(reply),
            onClose: () => this.#choose(null),
        });
        this.side = h('div', { class: 'settings-side' });
        this.element = h('div', { class: 'settings-split', data: { open: 'false' } },
            h('div', { class: 'settings-main' },
                h('div', { class: 'settings-bar' },
                    h('div', { class: 'search-box' }, icon('search'), this.find),
                    h('button', {
                        class: 'button button-primary', type: 'button', testid: 'reply-new',
                        on: { click: () => this.#choose({ title: '', shortcut: '', bodies: {} }) },
                    }, icon('plus'), h('span', { t: 'reply.new' }))),
                this.items, this.said),
            this.side);
        this.#choose(null);
        language.on('change', () => this.#draw());
    }

    async load() {
        try {
            const { canned } = await this.app.api.request('GET', '/api/canned');
            this.#list = canned.sort((a, b) => a.title.localeCompare(b.title));
            this.#draw();
        } catch (error) {
            this.items.replaceChildren();
            this.#say(error.frame?.status === 404 ? 'settings.absent' : 'list.failed');
        }
    }

    #say(key) {
        this.said.hidden = key === null;
        if (key) say(this.said, key);
    }

    #draw() {
        const word = fold(this.find.value.trim());
        const shown = this.#list.filter(({ title, shortcut, bodies }) =>
            fold([title, shortcut, ...Object.values(bodies)].join(' ')).includes(word));
        this.items.replaceChildren(...shown.map((reply) => h('li', {}, h('button', {
            class: 'settings-item', type: 'button', testid: 'reply-item',
            'aria-current': reply.id === this.#chosen?.id ? 'true' : null,
            on: { click: () => this.#choose(reply) },
        },
            h('span', { class: 'settings-name', text: reply.title }),
            reply.shortcut && h('code', { class: 'shortcut', text: `/${reply.shortcut}` }),
            h('span', { class: 'settings-excerpt', text: bodyOf(reply, language.code).replace(/\s+/g, ' ') }),
            h('span', { class: 'settings-langs', text: Object.keys(reply.bodies).sort().join(' · ').toUpperCase() })))));
        this.#say(shown.length > 0 ? null : this.#list.length > 0 ? 'picker.none' : 'reply.none');
    }

    #choose(reply) {
        this.#chosen = reply;
        this.element.dataset.open = String(reply !== null);
        for (const button of this.items.querySelectorAll('[aria-current]')) setAttribute(button, 'aria-current', null);
        if (!reply) {
            return this.side.replaceChildren(h('p', { class: 'hint settings-blank', t: 'reply.pick' }));
        }
        this.form.open(reply, this.#list.filter(({ id }) => id !== reply.id));
        if (this.form.element.parentNode !== this.side) this.side.replaceChildren(this.form.element);
        this.#draw();
        this.form.focus();
    }

    /** @returns {Promise<object|null>} the refusal, for the form to show */
    async #save(reply, content) {
        const { api, toasts } = this.app;
        try {
            const known = reply.id && await api.request('GET', `/api/canned/${reply.id}`);
            if (known && known.updatedAt !== reply.updatedAt) {
                await this.load();
                this.#choose(known);
                toasts.show('settings.conflict', { tone: 'error' });
                return null;
            }
            const saved = reply.id
                ? await api.request('PUT', `/api/canned/${reply.id}`, { body: content })
                : await api.request('POST', '/api/canned', { body: content });
            toasts.show(['settings.saved', { name: saved.title }]);
            await this.#reload();
            this.#choose(this.#list.find(({ id }) => id === saved.id) ?? null);
            return null;
        } catch (error) {
            toasts.error(error);
            return error;
        }
    }

    async #delete(reply) {
        const answer = await ask({
            label: ['settings.confirmDelete', { name: reply.title }], body: [], testid: 'confirm-delete',
            buttons: [
                { label: 'create.cancel', value: '' },
                { label: 'settings.delete', value: 'yes', tone: 'primary', testid: 'delete-yes' },
            ],
        });
        if (answer !== 'yes') return;
        try {
            await this.app.api.request('DELETE', `/api/canned/${reply.id}`);
            this.#choose(null);
            await this.#reload();
            this.app.toasts.show(['settings.deleted', { name: reply.title }]);
        } catch (error) {
            this.app.toasts.error(error);
        }
    }

    /** Marks the composer's list as outdated too. */
    #reload() {
        this.page.quickReplies?.expire();
        return this.load();
    }
}
