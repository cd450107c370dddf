// Short notices at the bottom of the page: three at most, gone after six seconds unless read or in
// error.

import { t } from '../i18n/index.js';
import { h } from './dom.js';
import { icon } from './icon.js';

const SHOWN_MS = 6000;
const COUNT_MAX = 3;

export class Toasts {
    constructor(announcer) {
        this.announcer = announcer;
        this.element = h('div', { class: 'toasts', testid: 'toasts' });
        document.body.append(this.element);
    }

    /** @param {string|Array} label key, or `[key, params]`; `action`: `{label, run}` */
    show(label, { tone = 'plain', action = null } = {}) {
        const text = t(...(Array.isArray(label) ? label : [label]));
        const toast = h('div', { class: 'toast', testid: 'toast', data: { tone } },
            h('p', { t: label }),
        );
        const remove = () => toast.remove();
        if (action) {
            toast.append(
                h('button', {
                    class: 'toast-action',
                    type: 'button',
                    t: action.label,
                    on: { click: () => (remove(), action.run()) },
                }),
            );
        }
        toast.append(
            h('button', {
                class: 'toast-close',
                type: 'button',
                tLabel: 'close',
                on: { click: remove },
            },
                icon('close'),
            ),
        );
        while (this.element.childElementCount >= COUNT_MAX) this.element.firstElementChild.remove();
        this.element.append(toast);
        if (tone === 'error') return this.announcer.warn(text);
        this.announcer.say(text);
        this.#removeLater(toast, remove);
    }

    /** A refusal of the hub, or the lack of one. */
    error(error) {
        const code = error?.code ?? 'unavailable';
        if (code === 'already_taken' && error.frame?.assignedTo) {
            return this.show(['action.alreadyTaken', { name: error.frame.assignedTo.name }], {
                tone: 'warn',
            });
        }
        this.show(`error.${code}`, { tone: 'error' });
    }

    #removeLater(toast, remove) {
        let timer = setTimeout(remove, SHOWN_MS);
        const hold = () => clearTimeout(timer);
        const release = () => (timer = setTimeout(remove, SHOWN_MS));
        toast.addEventListener('pointerenter', hold);
        toast.addEventListener('pointerleave', release);
        toast.addEventListener('focusin', hold);
        toast.addEventListener('focusout', release);
    }
}
