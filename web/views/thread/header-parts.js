// The parts that the header of a thread has for staff and for clients.

import { h } from '../parts/dom.js';
import { icon } from '../parts/icon.js';

/**
 * @param {object} parts
 * @param {() => void} parts.onBack
 * @param {Node[]} parts.eyebrow the small line above the title
 * @param {Node} parts.title
 * @param {Node[]} parts.actions
 * @param {Node[]} parts.meta the line below
 */
export function threadHeader({ onBack, eyebrow, title, actions, meta }) {
    return h('div', { class: 'thread-header' },
        h('div', { class: 'thread-head-row' },
            backButton(onBack),
            h('div', { class: 'thread-heading' }, h('div', { class: 'thread-eyebrow' }, ...eyebrow), title),
            h('div', { class: 'thread-actions' }, ...actions)),
        h('div', { class: 'thread-meta' }, ...meta));
}

const backButton = (onBack) => h('button', {
    class: 'icon-button back-button', type: 'button', tLabel: 'thread.back', testid: 'back',
    on: { click: onBack },
}, icon('back'));
