// The dialog that saves a view: its name, its audience, its order. A view of somebody else is
// copied; only admins may change it for all.

import { plainly, t } from '../../i18n/index.js';
import { addSettingsWords } from '../../i18n/settings.js';
import { makeKey } from '../../sdk/parts.js';
import { sortCode, toHubFilter, withBase } from '../../state/saved-views.js';
import { SORTS } from '../../state/urgency.js';
import { ask } from '../parts/dialog.js';
import { h } from '../parts/dom.js';
import { onKey } from '../parts/keys.js';

addSettingsWords();

const NAME_MAX = 80;

/**
 * @param {import('../../app.js').App} app
 * @param {import('../../state/saved-views.js').SavedViews} saved
 * @param {{view: string, filters: object, text: string, sort: string}} shown
 * @returns {Promise<object|undefined>} the view as stored by the hub
 */
export async function saveView({ toasts }, saved, { view, filters, text, sort }) {
    const known = saved.named(view);
    const fields = viewFields({
        name: known ? plainly('saved.copyOf', { name: known.name }) : '', shared: false, sort, isPinned: false,
    });
    const replaces = known && saved.mayChange(known);
    const how = await ask({
        label: 'saved.save', testid: 'save-view-dialog',
        body: [
            known && !saved.isMine(known) && h('p', { class: 'hint', t: ['saved.ofOther', { name: known.owner.name }] }),
            fields.element,
        ].filter(Boolean),
        buttons: [
            { label: 'create.cancel', value: '' },
            ...(replaces ? [{
                label: saved.isMine(known) ? ['saved.update', { name: known.name }] : 'saved.updateForAll',
                value: 'update', testid: 'view-update',
            }] : []),
            { label: known ? 'saved.saveCopy' : 'saved.saveNew', value: 'create', tone: 'primary', testid: 'view-create' },
        ],
    });
    if (!how) return undefined;
    const { name, shared, sort: order, isPinned } = fields.read();
    const filter = toHubFilter(withBase(view, filters), text);
    const content = { filter, sort: sortCode(order) };
    try {
        const done = how === 'update'
            ? await saved.change(known, content)
            : await saved.create({ ...content, name: name || t('saved.unnamed'), shared }, makeKey());
        if (isPinned) saved.pin(done, true);
        toasts.show(['saved.done', { name: done.name }]);
        return done;
    } catch (error) {
        toasts.error(error);
        return undefined;
    }
}

/** The fields of a view, also used by the settings. */
export function viewFields({ name, shared, sort, isPinned }) {
    const id = `view-${makeKey()}`;
    const field = h('input', {
        class: 'field', id, value: name, maxlength: NAME_MAX, autocomplete: 'off', testid: 'view-name',
    });
    // Enter in the one-line field presses the primary button.
    onKey(field, (event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        field.closest('dialog')?.querySelector('.button-primary')?.click();
    });
    const order = h('select', { class: 'field', id: `${id}-sort`, testid: 'view-sort' },
        ...SORTS.map((each) => h('option', { value: each, t: `sort.${each}`, selected: each === sort })));
    const share = (value, isChecked) => h('label', { class: 'switch' },
        h('input', {
            type: 'radio', name: `${id}-shared`, value: String(value), checked: isChecked,
            testid: value ? 'view-shared' : 'view-private',
        }), h('span', { t: value ? 'saved.shared' : 'saved.private' }));
    const pin = h('input', { type: 'checkbox', checked: isPinned, testid: 'view-pin' });
    const element = h('div', { class: 'form-grid' },
        h('div', {}, h('label', { class: 'label', for: id, t: 'saved.name' }), field),
        h('fieldset', { class: 'view-share' }, h('legend', { class: 'label', t: 'saved.who' }),
            share(false, !shared), share(true, shared)),
        h('div', {}, h('label', { class: 'label', for: `${id}-sort`, t: 'saved.sort' }), order),
        h('label', { class: 'switch' }, pin, h('span', { t: 'saved.pin' })));
    return {
        element,
        read: () => ({
            name: field.value.trim(), sort: order.value, isPinned: pin.checked,
            shared: element.querySelector('input[type="radio"]:checked')?.value === 'true',
        }),
    };
}
