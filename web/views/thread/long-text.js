// The buttons of code and of long texts: copy the code, show the folded rest.

import { addLateWords } from '../../i18n/late.js';
import { h, say, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { loadStyle } from '../parts/load-style.js';

addLateWords();
const styled = loadStyle('/styles/reading.css');

const SAID_MS = 2500;

/** @param {Element} box with the `pre` @param {string} text */
export function addCopy(box, text) {
    const label = h('span', { t: 'code.copy' });
    const button = h('button', { class: 'code-copy', type: 'button', testid: 'copy-code' }, icon('copy'), label);
    let timer = null;
    button.addEventListener('click', async () => {
        say(label, (await copy(text, box)) ? 'code.copied' : 'code.marked');
        clearTimeout(timer);
        timer = setTimeout(() => say(label, 'code.copy'), SAID_MS);
    });
    styled.then(() => box.prepend(button));
}

/** Without a clipboard (no secure context) the code is marked, for the keyboard. */
async function copy(text, box) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        getSelection().selectAllChildren(box.querySelector('code'));
        return false;
    }
}

/** @param {Element} whole the place of the button @param {HTMLElement} part @param {number} n lines */
export function addFold(whole, part, n) {
    const button = h('button', { class: 'link-button fold-button', type: 'button', testid: 'fold' });
    const set = (isFolded) => {
        setAttribute(part, 'data-folded', isFolded);
        button.setAttribute('aria-expanded', String(!isFolded));
        say(button, [isFolded ? 'text.unfold' : 'text.fold', { n }]);
    };
    button.addEventListener('click', () => {
        set(!part.hasAttribute('data-folded'));
        // After folding a long text, its start would be far above.
        if (part.hasAttribute('data-folded')) whole.scrollIntoView({ block: 'nearest' });
    });
    // A link in the folded rest would have the focus out of sight.
    part.addEventListener('focusin', ({ target }) => target.matches('a') && set(false));
    set(true);
    whole.append(button);
}
