// Single keys of the console. They act only when no field and no dialog has the keyboard, and are
// compared by
// `event.key`, so that `/` and `?` work on every layout.

import { h, isTyping } from './dom.js';
import { showSheet } from './dialog.js';

/**
 * @param {Record<string, (event: KeyboardEvent) => void>} bindings key → action; `Shift+T` for a
 *     capital
 */
export function listenForShortcuts(bindings) {
    document.addEventListener('keydown', (event) => {
        if (
            event.ctrlKey ||
            event.metaKey ||
            event.altKey ||
            event.defaultPrevented ||
            isTyping(event.target)
        ) {
            return;
        }
        const action = bindings[event.key];
        // Space and Enter on a button belong to the button.
        if (!action || (event.key === 'Enter' && event.target.closest?.('button, a, summary'))) {
            return;
        }
        event.preventDefault();
        action(event);
    });
}

const SHEET = [
    ['j k ↑ ↓', 'keys.move'],
    ['↵', 'keys.open'],
    ['Esc', 'keys.back'],
    ['t', 'keys.take'],
    ['e', 'keys.resolve'],
    ['r', 'keys.reply'],
    ['n', 'keys.note'],
    ['/', 'keys.filter'],
    ['i', 'keys.panel'],
    ['d', 'keys.theme'],
    ['Ctrl ↵', 'keys.send'],
    ['Ctrl ⇧ ↵', 'keys.sendResolve'],
    ['?', 'keys.help'],
];

export function showShortcuts() {
    const rows = SHEET.map(([keys, label]) =>
        h('div', { class: 'key-row' },
            h('dt', {}, ...keys.split(' ').map((key) => h('kbd', { text: key }))),
            h('dd', { t: label }),
        ));
    showSheet({
        label: 'keys.title',
        body: [h('dl', { class: 'keys' }, ...rows)],
        testid: 'shortcuts',
    });
}
