// The keys of a page. Single keys act only when no field and no dialog has the focus. They are
// compared by `event.key`, so that `/` and `?` work on every layout.

import { isTyping } from './dom.js';
import { onKey } from './keys.js';

/** How long `g` waits for its second key. */
const SEQUENCE_MS = 1500;

/**
 * @typedef {object} Binding
 * @property {string[]} keys as `event.key`; `g q` is a sequence, `Mod+k` means Ctrl or Cmd
 * @property {string} label a key of the catalogue
 * @property {(event: KeyboardEvent) => void} [run] absent: another handler acts, the sheet only
 *     lists it
 * @property {string} [shown] how the sheet shows the keys
 * @property {boolean} [inPalette]
 */

export class Shortcuts {
    #first = null;
    #timer = null;

    /** @param {Binding[]} bindings @param {import('../../state/preferences.js').Preferences} preferences */
    constructor(bindings, preferences) {
        Object.assign(this, { bindings, preferences });
        onKey(document, (event) => this.#pressed(event));
    }

    #pressed(event) {
        if (event.defaultPrevented || event.altKey) return;
        const isModified = event.ctrlKey || event.metaKey;
        const name = isModified ? `Mod+${event.key.toLowerCase()}` : event.key;
        const inDialog = document.querySelector('dialog[open]') !== null;
        // The palette opens from a field too; all other keys are ignored in fields and dialogs.
        if (inDialog || (isTyping(event.target) && name !== 'Mod+k')) return;
        if (!isModified && name !== 'Escape' && !this.preferences.get('singleKeys')) return;
        // Space and Enter on a button press the button.
        if (event.key === 'Enter' && event.target.closest?.('button, a, summary')) return;
        const sequence = this.#first ? `${this.#first} ${name}` : null;
        const find = (keys) => this.bindings.find((binding) => binding.run && binding.keys.includes(keys));
        const binding = (sequence && find(sequence)) ?? find(name);
        this.#first = null;
        clearTimeout(this.#timer);
        if (binding) {
            event.preventDefault();
            return binding.run(event);
        }
        if (!this.bindings.some(({ keys }) => keys.some((each) => each.startsWith(`${name} `)))) return;
        this.#first = name;
        this.#timer = setTimeout(() => (this.#first = null), SEQUENCE_MS);
    }

    /** The help sheet is made from the bindings, so it is complete. */
    async showSheet() {
        const { showKeys } = await import('../console/keys-sheet.js');
        showKeys(this.bindings, this.preferences);
    }
}
