// The page without a token: how to sign in.

import { below } from '../../net/base.js';
import { readClaims, tokenFromPaste } from '../../net/token.js';
import { h, say, setAttribute } from '../parts/dom.js';
import { signInURL, takeCookieAgain } from './session.js';

/**
 * @param {{lead?: string, onToken: (token: string) => void}} options
 * @returns {() => void} restores the page
 */
export function showSignIn({ lead = 'signin.lead', onToken }) {
    const url = signInURL();
    const problem = h('p', { class: 'field-error', id: 'token-error', hidden: true });
    const field = h('textarea', {
        class: 'field token-field',
        id: 'token',
        rows: 3,
        required: true,
        autocomplete: 'off',
        spellcheck: 'false',
        'aria-describedby': 'token-error',
        testid: 'token',
    });
    const form = h('form', { class: 'card sign-in', novalidate: true },
        h('h1', { class: 'card-title', t: 'signin.title' }), h('p', { class: 'lead', t: lead }),
        url && h('a', {
            class: 'button button-primary', href: url, t: 'signin.go', testid: 'sign-in-link',
            on: { click: takeCookieAgain },
        }),
        h('label', { class: 'label', for: 'token', t: 'signin.token' }), field, problem,
        h('button', {
            class: 'button button-primary',
            type: 'submit',
            t: 'signin.submit',
            testid: 'sign-in',
        }),
        h('p', { class: 'hint', t: 'signin.help' }));
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        const token = tokenFromPaste(field.value);
        if (readClaims(token)) return onToken(token);
        say(problem, 'signin.invalid');
        problem.hidden = false;
        setAttribute(field, 'aria-invalid', 'true');
        field.focus();
    });
    const main = document.querySelector('main');
    const before = [...main.childNodes];
    main.replaceChildren(h('div', { class: 'centred' }, form));
    return () => main.replaceChildren(...before);
}

/** The person has no access to this page, but to another one. */
export function showDenied({ text, href, link }) {
    document.querySelector('main').replaceChildren(h('div', { class: 'centred' },
        h('div', { class: 'card sign-in', testid: 'denied' },
            h('h1', {
                class: 'card-title',
                t: 'denied.title',
            }), h('p', { class: 'lead', t: text }), h(
                'a',
                { class: 'button button-primary', href: below(href), t: link },
            ))));
}
