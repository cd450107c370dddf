// The keyboard inside the queue's grid.

import { onKey } from '../parts/keys.js';

/** From the row to its parts and back, as in any grid: the tick, the pill, the actions. */
function moveInRow(target, step) {
    const row = target.closest('.queue-row');
    const parts = [row, ...row.querySelectorAll('input, .sla-pill, button')]
        .filter((part) => !part.hidden && !part.disabled);
    const forwards = document.dir === 'rtl' ? -step : step;
    parts[Math.max(0, Math.min(parts.length - 1, parts.indexOf(target) + forwards))]?.focus({ preventScroll: true });
}

/** @param {import('./queue-list.js').QueueList} list */
export function bindQueueKeys(list) {
    onKey(list.grid, (event) => {
        const { key, shiftKey, ctrlKey, metaKey } = event;
        const page = Math.max(1, Math.floor(list.scroller.clientHeight / list.rowHeight) - 1);
        const step = {
            ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity,
        }[key];
        const isInRow = event.target.closest('button, input') === null;
        const side = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (side && !event.altKey && !ctrlKey && !metaKey) moveInRow(event.target, side);
        else if (step !== undefined) list.move(step, { extend: shiftKey });
        else if ((key === 'Enter' || key === ' ') && isInRow) list.open(list.focused());
        else if (key === 'a' && (ctrlKey || metaKey)) list.tickAll();
        else if (key === 'Escape' && list.selection.size > 0) list.untick();
        else return;
        event.preventDefault();
        event.stopPropagation();
    });
}
