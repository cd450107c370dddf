// A panel below a button: Escape or leaving it closes it.

import { onKey } from './keys.js';

/** @param {HTMLDetailsElement} details */
export function closeOnLeave(details) {
    details.addEventListener('toggle', () => {
        if (!details.open) return;
        const away = (event) => {
            if (details.contains(event.target)) return;
            details.open = false;
            document.removeEventListener('pointerdown', away);
        };
        document.addEventListener('pointerdown', away);
    });
    onKey(details, (event) => {
        if (event.key !== 'Escape' || !details.open) return;
        event.stopPropagation();
        details.open = false;
        details.querySelector('summary').focus();
    });
}
