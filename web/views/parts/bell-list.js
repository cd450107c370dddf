// The list of the bell: what it is about on the first line, what happened on the second; one entry
// for each ticket, and one for many alike.

import { addLateWords } from '../../i18n/late.js';
import { relative, t } from '../../i18n/index.js';
import { foldAlike } from '../../state/notifications.js';
import { inARow, nameOf } from '../../state/visible-text.js';
import { wordKind } from './bell.js';
import { h } from './dom.js';
import { icon } from './icon.js';

addLateWords();

const ICONS = {
    created: 'inbox', assigned: 'person', mention: 'at', reply: 'reply', note: 'lock',
    resolved: 'checkCircle', change: 'half', slaWarning: 'hourglass', slaBreach: 'warning',
};
const SHOWN_MAX = 40;
/** Tickets that the page has not loaded: id → snapshot, or null where there is none to see. */
const fetched = new Map();
/** The folded lines that are open, by kind. */
const unfolded = new Set();

/** @param {import('./bell.js').Bell} bell */
export function drawBellList(bell) {
    const { state, list } = bell;
    const focused = document.activeElement?.closest('.bell-item')?.dataset.key;
    list.replaceChildren(...state.list.length === 0
        ? [h('p', { class: 'hint bell-blank', t: 'bell.empty' })]
        : foldAlike(state.groups()).slice(0, SHOWN_MAX).flatMap((line) => lineOf(bell, line)));
    if (focused) [...list.querySelectorAll('.bell-item')].find(({ dataset }) => dataset.key === focused)?.focus();
}

function lineOf(bell, line) {
    if (line.groups.length === 1) return [ticketLine(bell, line.groups[0])];
    const key = `${line.kind} ${line.isRead}`;
    const isOpen = unfolded.has(key);
    const toggle = () => {
        if (isOpen) unfolded.delete(key);
        else unfolded.add(key);
        drawBellList(bell);
    };
    const all = item({
        key, kind: line.kind, isRead: line.isRead, at: line.groups[0].items[0].at, bell, run: toggle,
        title: t(`bell.alike.${line.kind}`, { n: line.groups.length }),
        reason: line.groups.slice(0, 3).map(({ ref }) => ref).join(', ') + (line.groups.length > 3 ? '…' : ''),
    });
    all.setAttribute('aria-expanded', String(isOpen));
    return isOpen ? [all, ...line.groups.map((group) => ticketLine(bell, group))] : [all];
}

function ticketLine(bell, { ticket, ref, items }) {
    const snapshot = bell.snapshotOf(ticket) ?? fetched.get(ticket);
    if (snapshot === undefined) fetch(bell, ticket);
    return item({
        key: ticket, kind: items[0].kind, isRead: items.every(({ read }) => read), at: items[0].at, bell,
        title: snapshot?.title ?? ref, ref: snapshot ? ref : '', more: items.length - 1,
        reason: inARow([wordKind(items[0]), nameOf(snapshot?.client)].filter(Boolean)),
        run: () => bell.open(ref, items),
    });
}

const item = ({ key, kind, isRead, title, ref = '', reason, more = 0, at, bell, run }) => h('button', {
    class: 'bell-item', type: 'button', testid: 'bell-item', data: { read: String(isRead), key },
    on: { click: run },
},
    icon(ICONS[kind] ?? 'bell'),
    h('span', { class: 'bell-text' },
        h('span', { class: 'bell-title' }, h('strong', { text: title }), ref && h('span', { class: 'bell-ref', text: ref })),
        h('span', { class: 'bell-reason' },
            h('span', { text: reason }),
            more > 0 && h('span', { class: 'group-count', text: `+${more}` }),
            h('time', { class: 'time-ago', datetime: at, text: relative(at, bell.app.clock.now()) }))));

async function fetch(bell, ticket) {
    fetched.set(ticket, null);
    try {
        fetched.set(ticket, await bell.app.api.ticket(ticket));
        drawBellList(bell);
    } catch {
        // The reference stays: the ticket cannot be seen, or the hub is unreachable.
        if (!bell.app.connection.isLive) fetched.delete(ticket);
    }
}
