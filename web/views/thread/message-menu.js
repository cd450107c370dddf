// The actions of one message: quote it, make a ticket of it, copy its text or a link to it, redact
// it.

import { h } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { closeOnLeave } from '../parts/popover.js';

export function messageMenu(app, { message, seq, onQuote, onSplit, onRedact, audience }) {
    const body = message.body ?? '';
    const copy = (text, said) => async () => {
        menu.open = false;
        // Missing outside a secure context; there the text can be selected instead.
        await navigator.clipboard?.writeText(text()).then(() => app.toasts.show(said), () => {});
    };
    const item = (key, shape, run, testid) => h('button', {
        class: 'menu-item', type: 'button', testid, on: { click: run },
    }, icon(shape), h('span', { t: key }));
    const quote = () => {
        menu.open = false;
        onQuote(body);
    };
    const split = () => {
        menu.open = false;
        onSplit(message);
    };
    const redact = () => {
        menu.open = false;
        onRedact({ message, seq });
    };
    const isGone = Boolean(message.redacted);
    const link = () => {
        const url = new URL(location.href);
        url.hash = `m-${seq}`;
        return url.href;
    };
    const list = () => h('div', { class: 'menu' },
        audience === 'staff' && !isGone && item('message.quote', 'reply', quote, 'quote'),
        onSplit && !message.isDescription && !isGone && item('message.split', 'split', split, 'split'),
        !isGone && item('message.copyText', 'copy', copy(() => body, 'message.textCopied'), 'copy-text'),
        item('message.copyLink', 'link', copy(link, 'thread.linkCopied'), 'copy-message-link'),
        onRedact && !isGone && item('message.redact', 'lock', redact, 'redact'));
    // A log has hundreds of messages, of which a reader opens the menu of one: its list is made then.
    const fill = () => menu.childElementCount === 1 && menu.append(list());
    const menu = h('details', { class: 'message-menu' }, h('summary', {
        class: 'message-more', tLabel: 'message.more', testid: 'message-more', text: '⋯', on: { click: fill },
    }));
    closeOnLeave(menu);
    return menu;
}
