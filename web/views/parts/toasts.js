// Short notices at the bottom of the page: three at most, removed after six seconds except errors
// and those being read.

import { t } from '../../i18n/index.js';
import { countDown } from './countdown.js';
import { h } from './dom.js';
import { FailureBanner } from './failure-banner.js';
import { icon } from './icon.js';

const SHOWN_MS = 6000;
const COUNT_MAX = 3;

export class Toasts {
    constructor(announcer) {
        this.announcer = announcer;
        this.element = h('div', { class: 'toasts', testid: 'toasts' });
        document.body.append(this.element);
    }

    #undo = null;
    #stopCount = null;
    #failure = null;

    /** Undoes the last action while its notice is shown. */
    undo() {
        this.#undo?.();
        this.#undo = null;
    }

    /** @param {string|Array} label key, or `[key, params]`; `action`: `{label, run}`; `shownMs` null: until removed */
    show(label, { tone = 'plain', action = null, shownMs = SHOWN_MS, onGone } = {}) {
        const text = t(...(Array.isArray(label) ? label : [label]));
        const toast = h('div', { class: 'toast', testid: 'toast', data: { tone } },
            h('p', { t: label }),
        );
        const remove = () => {
            toast.remove();
            onGone?.();
            if (this.#undo === act) this.#undo = null;
        };
        const act = action && (() => (toast.remove(), action.run()));
        if (action) {
            this.#undo = act;
            toast.append(
                h('button', {
                    class: 'toast-action',
                    type: 'button',
                    t: action.label,
                    testid: 'toast-action',
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
        if (tone === 'error') this.announcer.warn(text);
        else this.announcer.say(text);
        if (tone !== 'error' && shownMs !== null) this.#removeLater(toast, remove, shownMs);
        return { toast, remove };
    }

    /**
     * Shows a refusal of the hub, or that the hub is unreachable.
     * @param {{retry?: () => Promise<any>}} [options] repeats what has failed: offered where the hub
     *     itself has failed
     */
    error(error, { retry } = {}) {
        const code = error?.code ?? 'unavailable';
        if (code === 'already_taken' && error.frame?.assignedTo) {
            return this.show(['action.alreadyTaken', { name: error.frame.assignedTo.name }], {
                tone: 'warn',
            });
        }
        const seconds = error?.frame?.retryAfter;
        const traceID = error?.frame?.traceId ?? error?.frame?.instance;
        if (code === 'rate_limited' && seconds) return this.#countDown(seconds);
        const isFailure = error?.frame?.status >= 500 || code === 'unavailable';
        if (isFailure && retry) {
            this.#failure ??= new FailureBanner(this.announcer);
            return this.#failure.show(traceID ?? null, retry);
        }
        if (traceID) return this.show(['error.traced', { id: traceID }], { tone: 'error' });
        return this.show(`error.${code}`, { tone: 'error' });
    }

    /** Only the last refusal with a wait counts down. */
    #countDown(seconds) {
        this.#stopCount?.();
        const label = ['error.waitSeconds', { n: Math.ceil(seconds) }];
        const { toast, remove } = this.show(label, { tone: 'warn', shownMs: null, onGone: () => stop() });
        const stop = countDown(toast.firstElementChild, seconds, remove);
        this.#stopCount = remove;
    }

    #removeLater(toast, remove, shownMs) {
        let timer = setTimeout(remove, shownMs);
        const hold = () => clearTimeout(timer);
        const release = () => (timer = setTimeout(remove, SHOWN_MS));
        toast.addEventListener('pointerenter', hold);
        toast.addEventListener('pointerleave', release);
        toast.addEventListener('focusin', hold);
        toast.addEventListener('focusout', release);
    }
}
