// The bar at the bottom of a phone: queue, search, notifications, account.

import { h, setAttribute, write } from './dom.js';
import { icon } from './icon.js';
import { closeOnLeave } from './popover.js';

export class BottomBar {
    /** @param {import('../console/console-page.js').ConsolePage} page */
    constructor(page) {
        const { bell, list } = page;
        const item = (name, shape, label, run, ...more) => h('button', {
            class: 'nav-item', type: 'button', testid: `bottom-${name}`,
            on: { click: (event) => (event.stopPropagation(), run()) },
        }, icon(shape), h('span', { class: 'nav-label', t: label }), ...more);
        this.count = h('span', { class: 'nav-count', hidden: true });
        this.queue = item('queue', 'inbox', 'queue.title', () => page.go({ ticket: null, panel: null }));
        const notifications = item('bell', 'bell', 'bell.title', () => {}, this.count);
        const me = item('me', 'person', 'bottom.me', () => {});
        const account = document.querySelector('.account');
        closeOnLeave(account);
        opens(notifications, bell.element);
        opens(me, account, () => account.querySelector('.menu-item')?.focus());
        this.element = h('nav', { class: 'bottom-bar', tLabel: 'bottom.label' },
            this.queue,
            item('search', 'search', 'bottom.search', () => {
                page.go({ ticket: null, panel: null });
                list.filter.focus();
            }),
            notifications, me);
        bell.state.on('change', () => {
            const { unread, isOffered } = bell.state;
            notifications.hidden = !isOffered;
            this.count.hidden = unread === 0;
            write(this.count, unread > 99 ? '99+' : String(unread));
        });
        notifications.hidden = !bell.state.isOffered;
    }

    /** @param {boolean} isQueue whether the queue is shown */
    setCurrent(isQueue) {
        setAttribute(this.queue, 'aria-current', isQueue ? 'page' : null);
    }
}

/** A touch on the button closes an open menu before the click arrives, so its state is remembered. */
function opens(button, details, then = () => {}) {
    let wasOpen = false;
    button.addEventListener('pointerdown', () => (wasOpen = details.open), { capture: true });
    button.addEventListener('click', () => {
        details.open = !wasOpen;
        wasOpen = false;
        if (details.open) then();
    });
}
