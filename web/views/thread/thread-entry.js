// The rows of a conversation: a message, an unconfirmed message, a line of history, a day, the mark
// before new entries.

import { dateTime, day, language, t, time } from '../../i18n/index.js';
import { TICKET_FIELDS } from '../../state/ticket-fields.js';
import { inARow, isolated, nameOf } from '../../state/visible-text.js';
import { attachmentList } from './attachments.js';
import { avatar, statusKey } from '../parts/chips.js';
import { h, say, setAttribute, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { messageMenu } from './message-menu.js';
import { richText } from './rich-text.js';

/**
 * @param {import('../../app.js').App} app
 * @param {{audience: 'client'|'staff', onRetry: Function, onEdit: Function, onDelete: Function}}
 *     options
 * @returns {(entry: object) => {element: Element, update: (entry: object) => void}}
 */
export function entryMaker(app, options) {
    const make = {
        day: dayLine,
        new: newLine,
        message: messageEntry,
        pending: pendingEntry,
        system: systemLine,
    };
    return (entry) => make[entry.kind](app, entry, options);
}

function dayLine(app) {
    const label = h('span');
    return {
        element: h('div', { class: 'day-line' }, label),
        update: ({ at }) => write(label, day(at, app.clock.now())),
    };
}

function newLine() {
    return {
        element: h('div', { class: 'new-line', testid: 'new-line' },
            h('span', { t: 'thread.newMark' }),
        ),
        update() {},
    };
}

function frame(author, { audience, me, internal }) {
    const isStaff = author.role !== 'client';
    const side = audience === 'staff' ? isStaff : author.id === me;
    const face = avatar(author);
    const name = h('span', { class: 'message-author', text: nameOf(author) });
    const badge = h('span', {
        class: 'role-badge',
        data: { role: author.role },
        t: `role.${author.role}`,
    });
    const clock = h('time', { class: 'message-time' });
    const header = h('div', { class: 'message-head' });
    const body = h('div', { class: 'message-body', dir: 'auto' });
    const card = h('div', { class: 'message-card' });
    if (internal) {
        card.append(
            h('p', { class: 'note-label' }, icon('lock'), h('span', { t: 'message.note' })),
        );
    }
    card.append(body);
    const element = h('article', {
        class: 'message',
        testid: 'message',
        data: { side: side ? 'mine' : 'theirs', internal: String(internal), role: author.role },
    },
        face.element, h('div', { class: 'message-main' }, header, card));
    /** The line below the text, for the few messages that have one. */
    const foot = () => {
        const known = element.querySelector('.message-foot');
        if (!known) card.after(h('p', { class: 'message-foot' }));
        return known ?? card.nextElementSibling;
    };
    /** Who and when: once for a group. */
    const setHead = (at, isGrouped) => {
        if (isGrouped) return;
        if (!name.parentNode) header.prepend(name, badge, clock);
        say(badge, `role.${author.role}`);
        clock.dateTime = new Date(at).toISOString();
        clock.title = dateTime(at);
        write(clock, time(at));
    };
    return { element, body, card, foot, header, setHead };
}

function messageEntry(app, { message, seq, at }, { audience, onQuote, onSplit, onRedact }) {
    const parts = frame(message.author, {
        audience,
        me: app.me.id,
        internal: message.internal === true,
    });
    parts.element.dataset.seq = String(seq);
    parts.body.append(...(message.redacted ? [redactedMark(message.redacted)] : richText(message.body ?? '')));
    if (message.attachments?.length > 0) {
        parts.card.append(attachmentList(app, message.attachments));
    }
    if (message.isDescription) {
        parts.header.append(h('span', { class: 'description-badge', t: 'message.description' }));
    }
    parts.element.setAttribute('aria-label', `${isolated(nameOf(message.author))}, ${dateTime(at)}`);
    parts.header.append(messageMenu(app, { message, seq, onQuote, onSplit, onRedact, audience }));
    let drawn = '';
    return {
        element: parts.element,
        update({ isGrouped, delivery }) {
            const next = `${isGrouped} ${delivery} ${language.code}`;
            if (next === drawn) return;
            drawn = next;
            parts.setHead(at, isGrouped);
            setAttribute(parts.element, 'data-grouped', isGrouped);
            const foot = delivery ? parts.foot() : parts.element.querySelector('.message-foot');
            if (!foot) return;
            foot.hidden = !delivery;
            if (delivery) say(foot, `message.${delivery}`);
        },
    };
}

/** The author of a redaction, and the reason for readers who get it. */
function redactedMark({ by, at, reason }) {
    const label = ['message.redacted', { name: nameOf(by), at: dateTime(at) }];
    return h('span', { class: 'redacted', testid: 'redacted' }, icon('lock'), h('span', { t: label }),
        reason && h('span', { class: 'redacted-reason', t: ['message.redactedFor', { reason }] }));
}

function pendingEntry(app, { item }, { audience, onRetry, onEdit, onDelete }) {
    const { body, internal = false } = item.fields;
    const parts = frame(app.me, { audience, me: app.me.id, internal });
    parts.body.append(...richText(body ?? ''));
    const state = h('span', { testid: 'delivery' });
    const reason = h('span', { class: 'delivery-reason', testid: 'delivery-reason', hidden: true });
    const delay = h('span', { class: 'pending-actions', data: { ticks: '' } },
        action('message.undo', 'undo-send', () => onEdit(item)),
        action('message.sendNow', 'send-now', () => onRetry(item)),
    );
    // The countdown is only visual: a live region would read it out each second.
    delay.addEventListener('tick', () => item.state === 'delayed' && sayDelay());
    const sayDelay = () => say(state, ['message.delayed', {
        n: Math.max(0, Math.ceil((item.notBefore - Date.now()) / 1000)),
    }]);
    const actions = h('span', { class: 'pending-actions' },
        action('message.retry', 'retry', () => onRetry(item)),
        action('message.edit', 'edit', () => onEdit(item)),
        action('message.delete', 'delete', () => onDelete(item)),
    );
    const again = h('span', { class: 'pending-actions' }, action('message.retry', 'retry-now', () => onRetry(item)));
    parts.foot().append(state, reason, delay, actions, again);
    return {
        element: parts.element,
        update({ item: { state: current, error }, at }) {
            parts.setHead(at, false);
            parts.element.dataset.delivery = current;
            const isStuck = current === 'failed' || current === 'held';
            setAttribute(
                parts.element,
                'aria-busy',
                current === 'sending' || current === 'queued' ? 'true' : null,
            );
            actions.hidden = !isStuck;
            again.hidden = current !== 'queued' || !error;
            delay.hidden = current !== 'delayed';
            if (current === 'delayed') sayDelay();
            else say(state, `message.${current}`);
            reason.hidden = !error || !(isStuck || current === 'queued');
            if (!reason.hidden) say(reason, `error.${error.code}`);
        },
    };
}

const action = (key, testid, click) =>
    h('button', { class: 'link-button', type: 'button', t: key, testid, on: { click } });

/** Lines whose subject is the author of the change. */
const WITH_SUBJECT = ['change.taken', 'change.assigned', 'change.released', 'change.watchers', 'change.redacted'];
const ICONS = {
    'change.taken': 'person',
    'change.assigned': 'person',
    'change.status': 'check',
    'sla.event.breached': 'warning',
    'sla.event.warning': 'hourglass',
};

function systemLine(app, { lines, by, at }, { audience }) {
    const text = h('span', { class: 'system-text' });
    const clock = h('time', { class: 'message-time' });
    const shape = lines.map(({ key }) => ICONS[key]).find(Boolean) ?? 'bolt';
    const element = h('div', {
        class: 'system-line',
        testid: 'system-line',
        data: { kind: lines[0].key },
    },
        icon(shape),
        text,
        clock,
    );
    let drawn = null;
    return {
        element,
        update() {
            if (drawn === language.code) return;
            drawn = language.code;
            write(text, lines.map((line) => wordLine(line, by, audience)).join(' · '));
            clock.dateTime = at;
            clock.title = dateTime(at);
            write(clock, time(at));
        },
    };
}

/** One fact, in the reader's language. */
export function wordLine({ key, params = {} }, by, audience) {
    const { from, to, clock, reason } = params;
    if (reason) return inARow([wordLine({ key }, by, audience), reason]);
    const name = (person) => nameOf(person) || t('change.none');
    if (WITH_SUBJECT.includes(key)) {
        return `${isolated(nameOf(by))} ${t(key, { to: name(to), from: name(from) })}`.trim();
    }
    if (key === 'change.status') {
        return t(key, { from: t(statusKey(from, audience)), to: t(statusKey(to, audience)) });
    }
    const field = key.slice('change.'.length);
    const { line } = TICKET_FIELDS[field] ?? {};
    if (line === 'codes') return t(key, { from: t(`${field}.${from}`), to: t(`${field}.${to}`) });
    if (line === 'date') return to ? t(key, { to: dateTime(to) }) : t(`${key}.none`);
    if (clock) return t(key, { clock: t(`sla.clock.${clock}`) });
    return t(key, { from: plain(from), to: plain(to) });
}

const plain = (value) =>
    (Array.isArray(value) ? value.join(', ') : (value ?? '')) || t('change.none');
