// "Send and…": the message and the change of status in one command.

import { h } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';

/** @param {(action: 'wait'|'resolve'|'next') => void} onChoose */
export function sendMenu(onChoose) {
    const element = h('details', { class: 'send-menu' },
        h('summary', {
            class: 'button button-send',
            tLabel: 'composer.more',
            tTitle: 'composer.more',
            testid: 'send-more',
        },
            icon('down'),
        ),
    );
    const choice = (action, shape, key) =>
        h('button', {
            class: 'menu-item',
            type: 'button',
            testid: `send-${action}`,
            on: { click: () => choose(action) },
        },
            icon(shape),
            h('span', { t: key }),
        );
    const choose = (action) => {
        element.open = false;
        onChoose(action);
    };
    element.append(
        h('div', { class: 'menu' },
            choice('wait', 'hourglass', 'composer.andWait'),
            choice('resolve', 'checkCircle', 'composer.andResolve'),
            choice('next', 'down', 'composer.andNext'),
        ),
    );
    document.addEventListener('click', (event) => {
        if (!element.contains(event.target)) element.open = false;
    });
    onKey(element, (event) => {
        if (event.key !== 'Escape' || !element.open) return;
        event.stopPropagation();
        element.open = false;
        element.querySelector('summary').focus();
    });
    return { element };
}
