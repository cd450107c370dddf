// The bar at the bottom of a phone: queue, search, notifications, oneself.

import { h, setAttribute, write } from './dom.js';
import { icon } from './icon.js';

export class BottomBar {
    /** @param {import('./console-page.js').ConsolePage} page */
    constructor(page) {
        const { bell, list } = page;
        const item = (name, shape, label, run, ...more) => h('button', {
            class: 'nav-item', type: 'button', testid: `bottom-${name}`,
            on: { click: (event) => (event.stopPropagation(), run()) },
        }, icon(shape), h('span', { class: 'nav-label', t: label }), ...more);
        this.count = h('span', { class: 'nav-count', hidden: true });
        this.queue = item('queue', 'inbox', 'queue.title', () => page.go({ ticket: null, panel: null }));
        let wasOpen = false;
        const notices = item('bell', 'bell', 'bell.title', () => (bell.element.open = !wasOpen), this.count);
        // A touch outside closes the bell before the click comes.
        notices.addEventListener('pointerdown', () => (wasOpen = bell.element.open), { capture: true });
        this.element = h('nav', { class: 'bottom-bar', tLabel: 'bottom.label' },
            this.queue,
            item('search', 'search', 'bottom.search', () => {
                page.go({ ticket: null, panel: null });
                list.filter.focus();
            }),
            notices,
            item('me', 'person', 'bottom.me', () => {
                const account = document.querySelector('.account');
                account.open = !account.open;
                if (account.open) account.querySelector('.menu-item')?.focus();
            }));
        bell.state.on('change', () => {
            const { unread, isOffered } = bell.state;
            notices.hidden = !isOffered;
            this.count.hidden = unread === 0;
            write(this.count, unread > 99 ? '99+' : String(unread));
        });
        notices.hidden = !bell.state.isOffered;
    }

    /** @param {boolean} isQueue whether the queue is what is shown */
    setCurrent(isQueue) {
        setAttribute(this.queue, 'aria-current', isQueue ? 'page' : null);
    }
}
