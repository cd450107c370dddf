// Two tabs over the composer: to the client, or to the team. They differ clearly, because confusing
// them is the costliest error here.

import { h, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';

export class ComposerModes {
    /** @param {(mode: 'reply'|'note') => void} onChoose */
    constructor(onChoose) {
        const tab = (mode, shape, key, shortcut) =>
            h('button', {
                class: 'mode-tab',
                type: 'button',
                role: 'tab',
                data: { mode },
                tTitle: key,
                testid: `mode-${mode}`,
                'aria-keyshortcuts': shortcut,
                on: { click: () => onChoose(mode) },
            },
                icon(shape),
                h('span', { t: key }),
                h('kbd', { text: shortcut }),
            );
        this.tabs = {
            reply: tab('reply', 'reply', 'composer.reply', 'r'),
            note: tab('note', 'lock', 'composer.note', 'n'),
        };
        this.element = h('div', { class: 'mode-tabs', role: 'tablist', tLabel: 'composer.mode' },
            this.tabs.reply,
            this.tabs.note,
        );
        onKey(this.element, (event) => {
            if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
                onChoose(event.target === this.tabs.reply ? 'note' : 'reply');
            }
        });
    }

    update(mode) {
        for (const [name, tab] of Object.entries(this.tabs)) {
            setAttribute(tab, 'aria-selected', String(name === mode));
            tab.tabIndex = name === mode ? 0 : -1;
        }
    }

    get isReplyDisabled() {
        return this.tabs.reply.disabled;
    }

    setReplyDisabled(isDisabled) {
        this.tabs.reply.disabled = isDisabled;
    }
}
