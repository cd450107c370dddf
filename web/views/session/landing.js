// The landing page: a description and two entrances, drawn as two tickets.

import { below } from '../../net/base.js';
import { h } from '../parts/dom.js';
import { icon } from '../parts/icon.js';

export function showLanding() {
    document.querySelector('main').replaceChildren(
        h('div', { class: 'landing' },
            h('section', { class: 'landing-intro' },
                h('p', { class: 'landing-tagline', t: 'app.tagline' }),
                h('h1', { class: 'landing-title', t: 'landing.title' }),
                h('p', { class: 'landing-lead', t: 'landing.lead' })),
            h('nav', { class: 'doors', 'aria-label': 'Guichet' },
                door({
                    href: '/client-portal',
                    number: '01',
                    title: 'app.portal',
                    text: 'landing.portal',
                    shape: 'reply',
                    testid: 'to-portal',
                }),
                door({
                    href: '/admin/tickets',
                    number: '02',
                    title: 'app.console',
                    text: 'landing.console',
                    shape: 'inbox',
                    testid: 'to-console',
                }))));
}

function door({ href, number, title, text, shape, testid }) {
    return h('a', { class: 'door', href: below(href), testid },
        h('span', { class: 'door-stub', 'aria-hidden': 'true' },
            h('span', { text: number }),
            icon(shape),
        ),
        h('span', { class: 'door-body' },
            h('span', {
                class: 'door-title',
                t: title,
            }), h('span', { class: 'door-text', t: text }), h(
                'span',
                { class: 'door-enter', t: 'landing.enter' },
            )));
}
