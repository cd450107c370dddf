// The focus of an element that disappears goes back to where the person typed, and not to the page,
// where the next letters would be shortcuts.

import { isTyping } from './dom.js';
import { onKey } from './keys.js';

const isSeen = (element) => element.isConnected && element.checkVisibility?.() !== false && !element.disabled;

/** @param {() => HTMLElement|null} fallback an element that is seen, where nothing was typed before */
export function keepFocus(fallback = () => document.querySelector('main')) {
    let last = null;
    let field = null;
    const check = () => {
        const { activeElement } = document;
        if (last === null || (activeElement && activeElement !== document.body) || isSeen(last)) return;
        const next = [field, fallback()].find((each) => each && isSeen(each));
        last = null;
        next?.focus({ preventScroll: true });
    };
    document.addEventListener('focusin', ({ target }) => {
        last = target;
        if (isTyping(target) && !target.closest('dialog')) field = target;
    });
    document.addEventListener('focusout', ({ relatedTarget }) => relatedTarget ?? setTimeout(check));
    // Before a key is taken for a shortcut: not every browser tells of an element that is hidden.
    onKey(document, (event) => {
        const { activeElement } = document;
        // Escape leaves a field on purpose; typing on in it takes that back.
        if (isTyping(event.target) && !event.target.closest('dialog')) {
            field = event.key === 'Escape' ? null : event.target;
        }
        check();
        // The letter itself goes to the element that has the focus now.
        if (activeElement !== document.activeElement) event.stopImmediatePropagation();
    });
}
