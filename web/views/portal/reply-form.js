// The form of a quick reply: its fields, its variables, and a preview.

import { language, t } from '../../i18n/index.js';
import { fillQuickReply } from '../../state/quick-replies.js';
import { limitsOf } from '../../state/limits.js';
import { replyProblems } from '../../state/rules.js';
import { insertAtCaret } from '../thread/composer-extras.js';
import { h, say, setAttribute } from '../parts/dom.js';
import { quickReplyPreview } from '../console/quick-replies.js';

const LANGUAGES = ['fr', 'en'];
const OFFERED = {
    fr: ['client.prenom', 'client.nom', 'ticket.ref', 'ticket.titre', 'ticket.projet', 'ticket.status', 'agent.prenom', 'agent.nom'],
    en: ['client.firstName', 'client.name', 'ticket.ref', 'ticket.title', 'ticket.project', 'ticket.status', 'agent.firstName', 'agent.name'],
};

export class ReplyForm {
    #reply = null;
    #others = [];

    /**
     * @param {import('../console/console-page.js').ConsolePage} page
     * @param {{onSave: (reply: object, content: object) => Promise<object|null>, onDelete: (reply:
     *     object) => void, onClose: () => void}} options
     */
    constructor(page, { onSave, onDelete, onClose }) {
        Object.assign(this, { page, onSave });
        const line = (name, options = {}) => h('input', {
            class: 'field', id: `reply-${name}`, autocomplete: 'off', testid: `reply-${name}`,
            'aria-describedby': `reply-${name}-error`, ...options,
        });
        this.fields = {
            title: line('title', { maxlength: 120 }),
            shortcut: line('shortcut', { maxlength: 32, spellcheck: 'false', autocapitalize: 'none' }),
            ...Object.fromEntries(LANGUAGES.map((code) => [code, h('textarea', {
                class: 'field reply-body', id: `reply-${code}`, rows: 5, maxlength: limitsOf(page.app.connection).bodyBytes, lang: code,
                testid: `reply-${code}`, 'aria-describedby': `reply-${code}-error`,
            })])),
        };
        this.errors = Object.fromEntries(Object.keys(this.fields).map((name) => [name, h('p', {
            class: 'field-error', id: `reply-${name}-error`, hidden: true, testid: `reply-${name}-error`,
        })]));
        this.heading = h('h2', { class: 'panel-title', tabindex: '-1' });
        this.owner = h('p', { class: 'hint' });
        this.submit = h('button', {
            class: 'button button-primary', type: 'submit', t: 'settings.save', testid: 'reply-save',
        });
        this.remove = h('button', {
            class: 'button button-danger', type: 'button', t: 'settings.delete', testid: 'reply-delete',
            on: { click: () => onDelete(this.#reply) },
        });
        this.previews = Object.fromEntries(LANGUAGES.map((code) => [code, h('div', { lang: code, testid: `preview-${code}` })]));
        this.element = h('form', { class: 'reply-form', novalidate: true },
            h('div', { class: 'reply-head' }, this.heading, this.owner),
            h('div', { class: 'reply-lines' }, this.#labelled('title'), this.#labelled('shortcut', 'reply.shortcutHint')),
            ...LANGUAGES.map((code) => h('div', { class: 'reply-language' },
                this.#labelled(code),
                h('div', { class: 'reply-preview' }, h('p', { class: 'label', t: 'reply.preview' }), this.previews[code]),
                this.#variables(code))),
            h('div', { class: 'reply-foot' }, this.remove, h('span', { class: 'header-gap' }),
                h('button', {
                    class: 'button button-plain', type: 'button', t: 'create.cancel', testid: 'reply-cancel',
                    on: { click: onClose },
                }), this.submit));
        this.element.addEventListener('input', () => this.#draw());
        this.element.addEventListener('submit', (event) => {
            event.preventDefault();
            this.#send();
        });
        language.on('change', () => this.#reply && this.#draw());
    }

    #labelled(name, hint = null) {
        return h('div', {}, h('label', { class: 'label', for: `reply-${name}`, t: `reply.${name}` }),
            this.fields[name], hint && h('p', { class: 'hint', t: hint }), this.errors[name]);
    }

    /** Inserts a variable at the caret. */
    #variables(code) {
        return h('div', { class: 'reply-variables', role: 'group', tLabel: 'reply.variables' },
            ...OFFERED[code].map((name) => h('button', {
                class: 'variable', type: 'button', text: `{{${name}}}`, testid: 'variable',
                on: { click: () => insertAtCaret(this.fields[code], `{{${name}}}`) },
            })));
    }

    /** @param {object} reply without an id: a new one @param {object[]} others */
    open(reply, others) {
        this.#reply = reply;
        this.#others = others;
        const { me } = this.page.app;
        const isMine = !reply.owner || reply.owner.id === me.id || me.role === 'admin';
        this.fields.title.value = reply.title;
        this.fields.shortcut.value = reply.shortcut ?? '';
        for (const code of LANGUAGES) this.fields[code].value = reply.bodies[code] ?? '';
        for (const field of Object.values(this.fields)) field.readOnly = !isMine;
        for (const button of this.element.querySelectorAll('.variable')) button.disabled = !isMine;
        say(this.heading, reply.id ? 'reply.edit' : 'reply.new');
        this.owner.hidden = !reply.owner;
        if (reply.owner) say(this.owner, [isMine ? 'reply.by' : 'reply.byOther', { name: reply.owner.name }]);
        this.submit.hidden = !isMine;
        this.remove.hidden = !isMine || !reply.id;
        this.#show({});
        this.#draw();
    }

    focus() {
        if (this.fields.title.readOnly) this.heading.focus();
        else this.fields.title.focus();
    }

    #content() {
        const { title, shortcut, ...bodies } = this.fields;
        const kept = Object.entries(this.#reply.bodies).filter(([code]) => !LANGUAGES.includes(code));
        const written = Object.entries(bodies).map(([code, field]) => [code, field.value.trim()]);
        return {
            title: title.value.trim(), shortcut: shortcut.value.trim().replace(/^\//, ''),
            bodies: Object.fromEntries([...kept, ...written]),
        };
    }

    /** Filled with the newest ticket in the queue, else with a made-up one. */
    #draw() {
        const [known] = this.page.queue.snapshots.values();
        const snapshot = known ?? {
            ref: 'T-1042', title: t('reply.sampleTitle'), project: 'support', client: { name: 'Claire Martin' },
            status: 'open', priority: 'normal', category: 'incident',
        };
        const words = Object.fromEntries(['status', 'priority', 'category'].map((name) =>
            [name, t(`${name}.${snapshot[name]}`)]));
        for (const code of LANGUAGES) {
            const { text } = fillQuickReply(this.fields[code].value, { snapshot, me: this.page.app.me, words });
            this.previews[code].replaceChildren(quickReplyPreview(text));
            this.previews[code].parentNode.hidden = text.trim() === '';
        }
    }

    #show(problems) {
        for (const [name, field] of Object.entries(this.fields)) {
            const problem = problems[name];
            setAttribute(field, 'aria-invalid', problem ? 'true' : null);
            this.errors[name].hidden = !problem;
            if (problem) say(this.errors[name], [problem.key, problem.params]);
        }
    }

    async #send() {
        const content = this.#content();
        const problems = replyProblems(content, this.#others);
        this.#show(problems);
        const [first] = Object.keys(problems);
        if (first) return this.fields[first].focus();
        const bodies = Object.fromEntries(Object.entries(content.bodies).filter(([, text]) => text !== ''));
        this.submit.setAttribute('aria-busy', 'true');
        await this.onSave(this.#reply, { ...content, bodies, shortcut: content.shortcut || null });
        this.submit.removeAttribute('aria-busy');
        return undefined;
    }
}
