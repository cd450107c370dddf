// The form of a new ticket, in a dialog. One draft has one key: submitted twice, it is still one
// ticket.

import { dateTime } from '../i18n/index.js';
import { makeKey } from '../sdk/guichet.js';
import { problemsOf } from '../state/ticket-form.js';
import { AttachmentField } from './attachments.js';
import { showSheet } from './dialog.js';
import { h, say, setAttribute } from './dom.js';
import { icon } from './icon.js';

const CATEGORIES = [['incident', 'bolt'], ['request', 'help'], ['change', 'wrench']];
const PRIORITIES = ['low', 'normal', 'high', 'urgent'];
const PREVIEW_AFTER_MS = 300;

export class CreateForm {
    #key = makeKey();
    #isSending = false;
    #previewTimer = null;

    /**
     * @param {import('../app.js').App} app
     * @param {{projects: object[], project: string|null, title?: string, onCreated: (head: object)
     *     => void}} options
     */
    constructor(app, { projects, project, title = '', onCreated }) {
        Object.assign(this, { app, onCreated, store: `guichet.create.${app.me.id}` });
        const draft = this.#draft();
        this.title = h('input', {
            class: 'field',
            id: 'create-title',
            name: 'title',
            maxlength: 200,
            required: true,
            autocomplete: 'off',
            value: title || draft.title || '',
            'aria-describedby': 'create-title-error',
            tPlaceholder: 'create.titleHint',
            testid: 'create-title',
        });
        this.description = h('textarea', {
            class: 'field',
            id: 'create-description',
            name: 'description',
            rows: 6,
            required: true,
            'aria-describedby': 'create-description-error',
            tPlaceholder: 'create.descriptionHint',
            testid: 'create-description',
        });
        this.description.value = draft.description ?? '';
        this.category = choice(
            'category',
            'create.category',
            CATEGORIES.map(([code, shape]) =>
                radioCard(code, shape, code === (draft.category ?? 'incident'))),
        );
        this.priority = choice(
            'priority',
            'create.priority',
            PRIORITIES.map((code) => radioPill(code, code === (draft.priority ?? 'normal'))),
        );
        this.urgentHint = h('p', { class: 'hint', t: 'create.urgentHint', hidden: true });
        this.project = projectField(projects, project);
        this.onlyProject = projects[0]?.id ?? project;
        this.errors = { title: error('title'), description: error('description') };
        this.summary = h('p', {
            class: 'form-summary',
            role: 'alert',
            hidden: true,
            testid: 'create-error',
        });
        this.promise = h('p', { class: 'promise', hidden: true, testid: 'create-promise' });
        this.files = new AttachmentField(app);
        this.submit = h('button', {
            class: 'button button-primary',
            type: 'submit',
            testid: 'create-submit',
            t: 'create.submit',
        });
        this.cancel = h('button', {
            class: 'button button-plain',
            type: 'button',
            t: 'create.cancel',
            testid: 'create-cancel',
        });
        this.element = h('form', { class: 'create-form', novalidate: true },
            this.summary,
            labelled('create.title', 'create-title', this.title, this.errors.title),
            this.category,
            h('div', { class: 'form-row' },
                h('div', {}, this.priority, this.urgentHint),
                this.project && labelled('create.project', 'create-project', this.project),
            ),
            labelled(
                'create.description',
                'create-description',
                this.description,
                this.errors.description,
            ),
            h('div', { class: 'form-files' },
                this.files.button,
                h('span', { class: 'hint', t: 'create.files' }),
                this.files.input,
                this.files.list,
            ),
            this.promise,
            h('div', { class: 'form-buttons' }, this.cancel, this.submit));
        this.#listen();
        this.#preview();
    }

    open() {
        this.dialog = showSheet({
            label: 'create.heading',
            body: [this.element],
            testid: 'create-dialog',
        });
        this.cancel.addEventListener('click', () => this.dialog.close());
        this.title.focus();
    }

    #listen() {
        this.element.addEventListener('submit', (event) => {
            event.preventDefault();
            this.#send();
        });
        this.element.addEventListener('input', () => {
            sessionStorage.setItem(this.store, JSON.stringify(this.#values()));
            this.urgentHint.hidden = this.#values().priority !== 'urgent';
            if (!this.summary.hidden) this.#validate();
        });
        this.element.addEventListener('change', () => this.#preview());
        for (const field of [this.title, this.description]) {
            field.addEventListener('blur', () =>
                field.value.trim() !== '' &&
                    this.#showProblem(field.name, problemsOf(this.#values())[field.name]));
        }
    }

    #values() {
        const values = Object.fromEntries(new FormData(this.element));
        const {
            title = '',
            description = '',
            category,
            priority,
            project = this.onlyProject,
        } = values;
        return { title, description, category, priority, ...(project ? { project } : {}) };
    }

    #draft() {
        try {
            return JSON.parse(sessionStorage.getItem(this.store) ?? '{}') ?? {};
        } catch {
            return {};
        }
    }

    #validate() {
        const problems = problemsOf(this.#values());
        for (const name of ['title', 'description']) this.#showProblem(name, problems[name]);
        const count = Object.keys(problems).length;
        this.summary.hidden = count === 0;
        if (count > 0) say(this.summary, ['invalid.summary', { n: count }]);
        return problems;
    }

    #showProblem(name, problem) {
        setAttribute(this[name], 'aria-invalid', problem ? 'true' : null);
        this.errors[name].hidden = !problem;
        if (problem) say(this.errors[name], [problem.key, problem.params]);
    }

    async #send() {
        if (this.#isSending || this.files.isBusy) return;
        const [firstInvalid] = Object.keys(this.#validate());
        if (firstInvalid) return this[firstInvalid].focus();
        this.#isSending = true;
        this.submit.setAttribute('aria-busy', 'true');
        const values = this.#values();
        const ticket = {
            ...values,
            title: values.title.trim(),
            description: values.description.trim(),
        };
        if (this.files.ids.length > 0) ticket.attachments = this.files.ids;
        try {
            const head = await this.app.api.create(ticket, this.#key);
            sessionStorage.removeItem(this.store);
            this.dialog.close();
            this.app.toasts.show(['create.created', { ref: head.ref }]);
            this.onCreated(head);
        } catch (refusal) {
            // Another content under the same key would be refused: a corrected draft is a new
            // intention.
            if (!refusal.isTransient) this.#key = makeKey();
            this.summary.hidden = false;
            say(this.summary, `error.${refusal.code}`);
        }
        this.#isSending = false;
        this.submit.removeAttribute('aria-busy');
    }

    /** What the hub would promise for a ticket like this; silent when it does not say. */
    #preview() {
        clearTimeout(this.#previewTimer);
        this.#previewTimer = setTimeout(async () => {
            const { category, priority, project } = this.#values();
            try {
                const { firstResponse } = await this.app.api.slaPreview({
                    category,
                    priority,
                    project,
                });
                this.promise.hidden = !firstResponse?.deadlineAt;
                if (firstResponse?.deadlineAt) {
                    const label = h('span');
                    say(label, ['create.promise', { at: dateTime(firstResponse.deadlineAt) }]);
                    this.promise.replaceChildren(icon('clock'), label);
                }
            } catch {
                this.promise.hidden = true;
            }
        }, PREVIEW_AFTER_MS);
    }
}

/**
 * One project goes without saying; several are a choice; where none is known yet, the client names
 * one.
 */
function projectField(projects, chosen) {
    const fixed = {
        class: 'field',
        id: 'create-project',
        name: 'project',
        testid: 'create-project',
    };
    if (projects.length === 1) return null;
    if (projects.length === 0) return h('input', { ...fixed, value: 'support', maxlength: 64 });
    const options = projects.map(({ id, name }) =>
        h('option', { value: id, text: name ?? id, selected: id === chosen }));
    return h('select', fixed, ...options);
}

const error = (name) => h('p', {
    class: 'field-error',
    id: `create-${name}-error`,
    hidden: true,
    testid: `create-${name}-error`,
});

const labelled = (key, id, field, problem) => h('div', { class: 'form-field' },
    h('label', { class: 'label', for: id, t: key }),
    field,
    problem,
);

const choice = (name, key, options) => h('fieldset', { class: `choice choice-${name}` },
    h('legend', { class: 'label', t: key }),
    h('div', { class: 'choice-options' }, ...options),
);

const radioCard = (code, shape, checked) =>
    h('label', { class: 'radio-card' }, h('input', {
        type: 'radio',
        name: 'category',
        value: code,
        checked,
        testid: `create-category-${code}`,
    }),
        icon(shape), h('span', { class: 'radio-name', t: `category.${code}` }), h('span', {
            class: 'radio-help',
            t: `category.${code}.help`,
        }));

const radioPill = (code, checked) =>
    h('label', { class: 'radio-pill', data: { priority: code } },
        h('input', {
            type: 'radio',
            name: 'priority',
            value: code,
            checked,
            testid: `create-priority-${code}`,
        }),
        icon(code),
        h('span', { t: `priority.${code}` }),
    );
