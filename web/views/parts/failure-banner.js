// A failure of the hub: a banner above the page, whose content stays. One button repeats what has
// failed.

import { t } from '../../i18n/index.js';
import { h, say } from './dom.js';
import { icon } from './icon.js';

export class FailureBanner {
    /** What is to be repeated. */
    #tries = new Set();

    /** @param {import('./announcer.js').Announcer} announcer */
    constructor(announcer) {
        this.announcer = announcer;
        this.text = h('span', { class: 'failure-text' });
        this.again = h('button', {
            class: 'button button-plain', type: 'button', t: 'retry', testid: 'failure-retry',
            on: { click: () => this.#again() },
        });
        const close = h('button', {
            class: 'icon-button', type: 'button', tLabel: 'close', on: { click: () => this.#hide() },
        }, icon('close'));
        this.element = h('div', { class: 'failure-banner', hidden: true, testid: 'failure' },
            icon('warning'), this.text, this.again, close);
        document.querySelector('main').before(this.element);
    }

    /** @param {string|null} id names the failure in the logs @param {() => Promise<any>} retry */
    show(id, retry) {
        this.#tries.add(retry);
        const label = id ? ['error.tracedAgain', { id }] : ['error.unavailable'];
        say(this.text, label);
        this.element.hidden = false;
        this.announcer.warn(t(...label));
    }

    async #again() {
        const tries = [...this.#tries];
        this.#tries.clear();
        this.again.disabled = true;
        await Promise.allSettled(tries.map((retry) => retry()));
        this.again.disabled = false;
        if (this.#tries.size === 0) this.#hide();
        else this.again.focus();
    }

    #hide() {
        this.#tries.clear();
        this.element.hidden = true;
    }
}
