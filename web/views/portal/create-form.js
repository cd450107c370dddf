// The form of a new ticket, in a dialog. One draft has one idempotency key: submitted twice, it is
// still one ticket.

import { dueBy } from '../../i18n/index.js';
import { makeKey } from '../../sdk/parts.js';
import { limitsOf } from '../../state/limits.js';
import { problemsOf } from '../../state/ticket-form.js';
import { AttachmentField } from '../thread/attachment-field.js';
import { refMark } from '../parts/chips.js';
import { choice, error, labelled, projectField, radioCard, radioPill, refusalLine } from './create-fields.js';
import { makeBackStep } from '../parts/back-step.js';
import { showSheet } from '../parts/dialog.js';
import { h, say, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';

const CATEGORIES = [['incident', 'bolt'], ['request', 'help'], ['change', 'wrench']];
const PRIORITIES = ['low', 'normal', 'high', 'urgent'];
const PREVIEW_AFTER_MS = 300;
const SAVE_AFTER_MS = 500;
const SIMILAR_FROM = 4;

export class CreateForm {
    #key = makeKey();
    #isSending = false;
    #previewTimer = null;
    #saveTimer = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {{projects: object[], project: string|null, title?: string, client?: object, onCreated:
     *     (snapshot: object) => void, similar?: (title: string) => Promise<object[]|null>,
     *     onView?: (snapshot: object) => void}} options `client`: the client for whom staff write
     */
    constructor(app, { projects, project, title = '', client, onCreated, similar = () => [], onView }) {
        Object.assign(this, { app, client, onCreated, similar, onView });
        this.store = `guichet.create.${app.me.id}`;
        const draft = this.#draft();
        this.project = projectField(projects, project);
        this.onlyProject = projects[0]?.id ?? project;
        this.files = new AttachmentField(app);
        this.#makeTexts({ ...draft, title: title || draft.title });
        this.#makeChoices(draft);
        this.#makeNotes(draft);
        this.#makeButtons();
        this.#assemble();
        this.#listen();
        this.#preview();
    }

    #makeTexts({ title = '', description = '' }) {
        this.title = h('input', {
            class: 'field', id: 'create-title', name: 'title', maxlength: this.#limits.titleCharacters,
            required: true, autocomplete: 'off', value: title, 'aria-describedby': 'create-title-error',
            tPlaceholder: 'create.titleHint', testid: 'create-title',
        });
        this.description = h('textarea', {
            class: 'field', id: 'create-description', name: 'description', rows: 6, required: true,
            'aria-describedby': 'create-description-error create-description-hint',
            tPlaceholder: 'create.descriptionHint', testid: 'create-description',
        });
        this.description.value = description;
        this.errors = { title: error('title'), description: error('description') };
    }

    #makeChoices({ category = 'incident', priority = 'normal' }) {
        this.category = choice('category', 'create.category',
            CATEGORIES.map(([code, shape]) => radioCard(code, shape, code === category)));
        this.priority = choice('priority', 'create.priority',
            PRIORITIES.map((code) => radioPill(code, code === priority)));
        this.urgentHint = h('p', { class: 'hint', t: 'create.urgentHint', hidden: true });
    }

    #makeNotes({ title, description }) {
        this.summary = h('div', {
            class: 'form-summary', tabindex: '-1', hidden: true, testid: 'create-error',
        });
        this.resume = h('p', { class: 'form-resume', hidden: !title && !description },
            h('span', { t: 'create.resumed' }),
            h('button', {
                class: 'link-button', type: 'button', t: 'create.discard', testid: 'discard-draft',
                on: { click: () => this.#discard() },
            }));
        this.likes = h('div', { class: 'similar', hidden: true, testid: 'similar' });
        this.promise = h('p', { class: 'promise', hidden: true, testid: 'create-promise' });
    }

    #makeButtons() {
        this.submit = h('button', {
            class: 'button button-primary', type: 'submit', testid: 'create-submit', t: 'create.submit',
        });
        this.cancel = h('button', {
            class: 'button button-plain', type: 'button', t: 'create.cancel', testid: 'create-cancel',
        });
    }

    #assemble() {
        const { title, description, files, client } = this;
        this.element = h('form', { class: 'create-form', novalidate: true },
            this.summary,
            this.resume,
            client && h('p', { class: 'hint', t: ['create.for', { name: client.name }] }),
            labelled('create.title', 'create-title', title, this.errors.title),
            this.likes,
            this.category,
            h('div', { class: 'form-row' },
                h('div', {}, this.priority, this.urgentHint),
                this.project && labelled('create.project', 'create-project', this.project)),
            labelled('create.description', 'create-description', description, this.errors.description, 'create.markup'),
            h('div', { class: 'form-files' }, files.button, files.limits, files.input, files.list),
            this.promise,
            h('div', { class: 'form-buttons' }, this.cancel, this.submit));
    }

    get #limits() {
        return limitsOf(this.app.connection);
    }

    #problems() {
        return problemsOf(this.#values(), this.#limits);
    }

    open() {
        this.dialog = showSheet({
            label: 'create.heading', body: [this.element], testid: 'create-dialog',
            onClose: () => this.#saveTimer !== null && this.#save(),
        });
        this.closed = makeBackStep(this.dialog);
        this.cancel.addEventListener('click', () => this.dialog.close());
        this.title.focus();
    }

    #listen() {
        this.element.addEventListener('submit', (event) => {
            event.preventDefault();
            this.#send();
        });
        this.element.addEventListener('input', () => {
            this.#saveSoon();
            this.#suggest();
            this.urgentHint.hidden = this.#values().priority !== 'urgent';
            if (!this.summary.hidden) this.#validate();
        });
        this.element.addEventListener('change', () => this.#preview());
        this.files.listen(this.element);
        for (const field of [this.title, this.description]) {
            field.addEventListener('blur', () =>
                field.value.trim() !== '' &&
                    this.#showProblem(field.name, this.#problems()[field.name]));
        }
    }

    /** Saved each half second: a closed page loses at most that. */
    #saveSoon() {
        this.#saveTimer ??= setTimeout(() => this.#save(), SAVE_AFTER_MS);
    }

    #save() {
        clearTimeout(this.#saveTimer);
        this.#saveTimer = null;
        localStorage.setItem(this.store, JSON.stringify({ ...this.#values(), key: this.#key }));
    }

    #discard() {
        localStorage.removeItem(this.store);
        this.title.value = '';
        this.description.value = '';
        this.resume.hidden = true;
        this.title.focus();
    }

    /** Shows similar tickets to prevent duplicates; they do not block the form. */
    async #suggest() {
        const text = this.title.value.trim();
        const likes = text.length < SIMILAR_FROM ? [] : await this.similar(text);
        if (!likes || text !== this.title.value.trim()) return;
        this.likes.hidden = likes.length === 0;
        this.likes.replaceChildren(h('p', { class: 'hint', t: 'create.similar' }), ...likes.slice(0, 3).map((snapshot) =>
            h('button', {
                class: 'other-ticket', type: 'button', testid: 'similar-ticket',
                on: { click: () => this.#leaveTo(snapshot) },
            }, refMark(snapshot.ref), h('span', { text: snapshot.title }), h('em', { t: 'create.view' }))));
    }

    async #leaveTo(snapshot) {
        this.dialog.close();
        await this.closed;
        this.onView(snapshot);
    }

    #values() {
        const values = Object.fromEntries(new FormData(this.element));
        const { title = '', description = '', category, priority, project = this.onlyProject } = values;
        return { title, description, category, priority, ...(project ? { project } : {}) };
    }

    #draft() {
        try {
            return JSON.parse(localStorage.getItem(this.store) ?? '{}') ?? {};
        } catch {
            return {};
        }
    }

    #validate() {
        const problems = this.#problems();
        for (const name of ['title', 'description']) this.#showProblem(name, problems[name]);
        const names = Object.keys(problems);
        this.summary.hidden = names.length < 2;
        if (names.length >= 2) {
            this.summary.replaceChildren(h('p', { t: ['invalid.summary', { n: names.length }] }), h('ul', {},
                ...names.map((name) => h('li', {}, h('button', {
                    class: 'link-button', type: 'button', t: [problems[name].key, problems[name].params],
                    on: { click: () => this[name].focus() },
                })))));
        }
        return problems;
    }

    #showProblem(name, problem) {
        setAttribute(this[name], 'aria-invalid', problem ? 'true' : null);
        this.errors[name].hidden = !problem;
        if (problem) say(this.errors[name], [problem.key, problem.params]);
    }

    async #send() {
        if (this.#isSending) return;
        if (this.files.isBusy) return void this.app.toasts.show('files.busy', { tone: 'warn' });
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
        if (this.client) ticket.clientId = this.client.id;
        try {
            const snapshot = await this.app.api.create(ticket, this.#key);
            await this.#finish();
            this.app.toasts.show(['create.created', { ref: snapshot.ref }]);
            this.onCreated(snapshot);
        } catch (refusal) {
            if (refusal.code === 'disconnected') return this.#sendLater(ticket);
            // Other content under the same key would be refused, so a corrected draft gets a new
            // key.
            if (!refusal.isTransient) this.#key = makeKey();
            this.summary.hidden = false;
            this.summary.replaceChildren(refusalLine(refusal, () => (this.summary.hidden = true)));
            this.app.announcer.warn(this.summary.textContent);
            for (const { field } of refusal.frame?.errors ?? []) {
                if (this[field]?.focus) this[field].setAttribute('aria-invalid', 'true');
            }
        }
        this.#isSending = false;
        this.submit.removeAttribute('aria-busy');
    }

    #finish() {
        clearTimeout(this.#saveTimer);
        this.#saveTimer = null;
        localStorage.removeItem(this.store);
        this.dialog.close();
        return this.closed;
    }

    /** The outbox keeps it, under the same key, until the hub has acknowledged it. */
    #sendLater(ticket) {
        this.app.outbox.create(ticket, this.#key);
        this.#finish();
        this.app.toasts.show('create.queued', { tone: 'warn' });
    }

    /** The targets for such a ticket; empty if the hub does not give them. */
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
                    say(label, ['create.promise', { at: dueBy(firstResponse.deadlineAt, this.app.clock.now()) }]);
                    this.promise.replaceChildren(icon('clock'), label);
                }
            } catch {
                this.promise.hidden = true;
            }
        }, PREVIEW_AFTER_MS);
    }
}
