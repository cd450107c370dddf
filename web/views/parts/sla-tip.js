// The three clocks of a pill that has the focus: what the pointer gets from the pill's title.

import { h } from './dom.js';

let tip = null;

/** @param {HTMLElement} pill has the focus @param {string} lines */
export function showTip(pill, lines) {
    if (!tip) {
        tip = h('p', { class: 'sla-tip', id: 'sla-tip', role: 'tooltip', testid: 'sla-tip' });
        document.body.append(tip);
        document.addEventListener('scroll', hideTip, { capture: true, passive: true });
    }
    tip.textContent = lines;
    tip.hidden = false;
    pill.setAttribute('aria-describedby', tip.id);
    const at = pill.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const isBelow = at.bottom + height + 8 < innerHeight;
    tip.style.insetBlockStart = `${isBelow ? at.bottom + 6 : at.top - height - 6}px`;
    tip.style.insetInlineStart = `${Math.max(8, Math.min(innerWidth - width - 8, at.left))}px`;
}

export function hideTip() {
    if (tip) tip.hidden = true;
}
