// The help sheet: every key that is bound, and the switch for the single ones.

import { addLateWords } from '../../i18n/late.js';
import { showSheet } from '../parts/dialog.js';
import { h } from '../parts/dom.js';

addLateWords();

/**
 * @param {import('../parts/shortcuts.js').Binding[]} bindings
 * @param {import('../../state/preferences.js').Preferences} preferences
 */
export function showKeys(bindings, preferences) {
    const rows = bindings.map(({ keys, shown, label }) =>
        h('div', { class: 'key-row' },
            h('dt', {}, ...(shown ?? keys.join(' ')).split(' ').map((key) => h('kbd', { text: key }))),
            h('dd', { t: label })));
    const toggle = h('input', {
        type: 'checkbox', checked: preferences.get('singleKeys'), testid: 'single-keys',
        on: { change: ({ target }) => preferences.set('singleKeys', target.checked) },
    });
    showSheet({
        label: 'keys.title', testid: 'shortcuts',
        body: [
            h('label', { class: 'switch' }, toggle, h('span', { t: 'keys.single' })),
            h('dl', { class: 'keys' }, ...rows),
        ],
    });
}
