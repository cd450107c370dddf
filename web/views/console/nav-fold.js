// Folds the navigation to its icons, on screens where it has labels; kept on this device.

import { h, say } from '../parts/dom.js';
import { icon } from '../parts/icon.js';

const NAME = 'guichet.nav';

/** @param {HTMLElement} nav @returns {HTMLButtonElement} */
export function navFold(nav) {
    const label = h('span', { class: 'nav-label' });
    const button = h('button', { class: 'nav-item nav-fold', type: 'button', testid: 'nav-fold' },
        icon('panel'), label);
    const draw = () => {
        const isFolded = localStorage.getItem(NAME) === 'icons';
        nav.dataset.fold = isFolded ? 'icons' : 'labels';
        button.setAttribute('aria-expanded', String(!isFolded));
        say(label, isFolded ? 'nav.unfold' : 'nav.fold');
        say(button, isFolded ? 'nav.unfold' : 'nav.fold', 'title');
    };
    button.addEventListener('click', () => {
        localStorage.setItem(NAME, nav.dataset.fold === 'icons' ? 'labels' : 'icons');
        draw();
    });
    draw();
    return button;
}
