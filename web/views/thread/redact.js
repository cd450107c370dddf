// Redaction of one message, or erasure of a person. Asks for confirmation first, since neither can
// be undone.

import { addLateWords } from '../../i18n/late.js';
import { t } from '../../i18n/index.js';
import { makeKey } from '../../sdk/parts.js';
import { nameOf } from '../../state/visible-text.js';
import { ask } from '../parts/dialog.js';
import { h, setAttribute } from '../parts/dom.js';

addLateWords();

const REASON_MAX = 500;

/** @param {import('../../app.js').App} app @param {string} ticket id @param {{seq: number}} message */
export async function redactMessage(app, ticket, { seq }) {
    const reason = await askWhy({ label: 'redact.title', lead: 'redact.lead', does: 'redact.do', testid: 'redact-dialog' });
    if (!reason) return;
    const path = `/api/tickets/${encodeURIComponent(ticket)}/messages/${seq}/redact`;
    await run(app, path, { reason: reason.text }, 'redact.done', { 'Idempotency-Key': makeKey() });
}

/** @param {import('../../app.js').App} app @param {{id: string, name: string}} person */
export async function erasePerson(app, person) {
    const name = nameOf(person);
    const choice = (value, isChecked) => h('label', { class: 'switch' },
        h('input', { type: 'radio', name: 'messages', value, checked: isChecked, testid: `erase-${value}` }),
        h('span', { t: `erase.${value}` }));
    const choices = h('fieldset', { class: 'view-share' }, h('legend', { class: 'label', t: 'erase.messages' }),
        choice('keep', true), choice('redact', false));
    const reason = await askWhy({
        label: ['erase.title', { name }], lead: 'erase.lead', does: 'erase.do', testid: 'erase-dialog', more: [choices],
    });
    if (!reason) return;
    const messages = choices.querySelector('input:checked').value;
    const path = `/api/people/${encodeURIComponent(person.id)}/erase`;
    await run(app, path, { messages, reason: reason.text }, 'erase.done');
}

/** @returns {Promise<{text: string}|null>} */
async function askWhy({ label, lead, does, testid, more = [] }) {
    const field = h('input', {
        class: 'field', type: 'text', id: `${testid}-reason`, required: true, maxlength: REASON_MAX,
        autocomplete: 'off', testid: `${testid}-reason`,
    });
    const problem = h('p', { class: 'field-error', hidden: true, t: 'redact.needsReason', id: `${testid}-error` });
    setAttribute(field, 'aria-describedby', problem.id);
    const answered = ask({
        label, testid,
        body: [h('p', { t: lead }), ...more,
            h('label', { class: 'label', for: field.id, t: 'redact.reason' }), field, problem],
        buttons: [
            { label: 'create.cancel', value: '' },
            { label: does, value: 'yes', tone: 'danger', testid: `${testid}-do` },
        ],
    });
    const dialog = field.closest('dialog');
    // The dialog stays open without a reason, because the log must contain one.
    dialog.querySelector('form').addEventListener('submit', (event) => {
        if (event.submitter?.value !== 'yes' || field.value.trim() !== '') return;
        event.preventDefault();
        problem.hidden = false;
        setAttribute(field, 'aria-invalid', 'true');
        field.focus();
    });
    field.focus();
    return (await answered) === 'yes' ? { text: field.value.trim() } : null;
}

/** Shows the copies that the hub cannot reach, as its answer names them. */
async function run(app, path, body, done, headers = {}) {
    try {
        const { copiesElsewhere = [] } = await app.api.request('POST', path, { body, headers });
        const copies = copiesElsewhere.map((code) => t(`copies.${code}`)).join(', ');
        app.toasts.show(copies ? [`${done}But`, { copies }] : done, { shownMs: 20_000 });
    } catch (error) {
        // After a failure the same call goes on where the hub stopped.
        app.toasts.error(error, { retry: () => run(app, path, body, done, headers) });
    }
}
