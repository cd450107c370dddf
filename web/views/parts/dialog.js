// Native modal dialogs for questions.

import { h } from './dom.js';
import { icon } from './icon.js';

/**
 * @param {{label: string|Array, body: Node[], buttons: Array<{label: string, value: string, tone?:
 *     string, testid?: string, isFirst?: boolean}>, testid?: string}} options `isFirst`: the button
 *     that has the focus, where it is not the first
 * @returns {Promise<string>} the value of the button, '' when dismissed
 */
export function ask({ label, body, buttons, testid }) {
    const titleID = `dialog-${Math.random().toString(36).slice(2)}`;
    const form = h('form', { method: 'dialog', class: 'dialog-buttons' });
    for (const { label: text, value, tone = 'plain', testid: id, isFirst } of buttons) {
        form.append(h('button', { class: `button button-${tone}`, value, t: text, testid: id, autofocus: isFirst }));
    }
    const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': titleID, testid },
        h('h2', {
            id: titleID,
            class: 'dialog-title',
            t: label,
        }), h('div', { class: 'dialog-body' }, ...body), form);
    return new Promise((resolve) => {
        dialog.addEventListener('close', () => {
            dialog.remove();
            resolve(dialog.returnValue);
        });
        document.body.append(dialog);
        dialog.showModal();
    });
}

/** A dialog to read, with one button. */
export function showSheet({ label, body, testid, onClose = () => {} }) {
    const titleID = `sheet-${Math.random().toString(36).slice(2)}`;
    const close = h('button', {
        class: 'icon-button',
        type: 'button',
        tLabel: 'close',
        testid: 'dialog-close',
    },
        icon('close'),
    );
    const dialog = h('dialog', { class: 'dialog sheet', 'aria-labelledby': titleID, testid },
        h('div', { class: 'sheet-head' },
            h('h2', { id: titleID, class: 'dialog-title', t: label }),
            close,
        ), ...body);
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => {
        dialog.remove();
        onClose();
    });
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
}
