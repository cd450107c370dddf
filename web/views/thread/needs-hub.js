// Disables actions that need the hub while it is unreachable, and shows the reason on hover and
// focus. Drafts and replies stay enabled: they wait in the outbox.

import { h } from '../parts/dom.js';
import { isComposing } from '../parts/keys.js';

let isAway = false;
let tip = null;

/** @template {HTMLElement} E @param {E} element @returns {E} */
export function needsHub(element) {
    element.dataset.needsHub = '';
    if (isAway) grey(element);
    return element;
}

/** @param {boolean} away */
export function setAway(away) {
    isAway = away;
    tip ??= makeTip();
    tip.hidden = true;
    for (const element of document.querySelectorAll('[data-needs-hub]')) {
        if (away) grey(element);
        else {
            element.removeAttribute('aria-disabled');
            element.removeAttribute('aria-describedby');
        }
    }
}

function grey(element) {
    element.setAttribute('aria-disabled', 'true');
    element.setAttribute('aria-describedby', 'away-reason');
}

const greyed = (target) => (isAway && target instanceof Element ? target.closest('[data-needs-hub]') : null);

function makeTip() {
    const element = h('p', {
        class: 'away-tip', id: 'away-reason', role: 'tooltip', hidden: true, testid: 'away-reason',
        t: 'away.reason',
    });
    document.body.append(element);
    const show = ({ target }) => {
        const at = greyed(target)?.getBoundingClientRect();
        element.hidden = !at;
        if (!at) return;
        const { width, height } = element.getBoundingClientRect();
        const isBelow = at.bottom + height + 8 < innerHeight;
        element.style.insetBlockStart = `${isBelow ? at.bottom + 6 : at.top - height - 6}px`;
        element.style.insetInlineStart = `${Math.max(8, Math.min(innerWidth - width - 8, at.left))}px`;
    };
    for (const type of ['focusin', 'pointerover']) document.addEventListener(type, show);
    for (const type of ['focusout', 'scroll']) {
        document.addEventListener(type, () => (element.hidden = true), { capture: true, passive: true });
    }
    // Runs before all other listeners: otherwise a list would open for a choice that cannot be
    // made.
    for (const type of ['click', 'mousedown', 'keydown', 'change']) {
        document.addEventListener(type, (event) => {
            if (!greyed(event.target)) return;
            if (type === 'keydown' && isComposing(event)) return;
            if (type === 'keydown' && !['Enter', ' ', 'ArrowDown', 'ArrowUp'].includes(event.key)) return;
            if (type === 'mousedown' && event.target.localName !== 'select') return;
            event.preventDefault();
            event.stopImmediatePropagation();
            if (type === 'mousedown') event.target.focus();
        }, { capture: true });
    }
    return element;
}
