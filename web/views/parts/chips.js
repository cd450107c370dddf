// Small marks for the facts of a ticket: reference, status, priority, category, person, time.

import { initials, relative, t, dateTime } from '../../i18n/index.js';
import { withoutMarks } from '../../state/markup.js';
import { nameOf } from '../../state/visible-text.js';
import { h, say, setAttribute, write } from './dom.js';
import { icon, reshape } from './icon.js';

/** The text for a status; to a client, `waiting` means that the client must answer. */
export const statusKey = (status, audience) =>
    audience === 'client' && status === 'waiting' ? 'status.client.waiting' : `status.${status}`;

export function refMark(ref) {
    return h('span', { class: 'ref', text: ref });
}

/** @param {'client'|'staff'} audience */
export function statusChip(audience, testid) {
    const label = h('span');
    const element = h('span', { class: 'status-chip', testid },
        h('span', { class: 'status-dot', 'aria-hidden': 'true' }),
        label,
    );
    return {
        element,
        update(status) {
            element.dataset.status = status;
            say(label, statusKey(status, audience));
        },
    };
}

/** The excerpt of a row: the last message, or the description. */
export const excerptOf = ({ lastMessage, description, redacted }) =>
    (lastMessage ? lastMessage.redacted : redacted)
        ? t('message.redactedShort')
        : withoutMarks(lastMessage?.excerpt || description || '');

/** Shape and colour show the priority; screen readers get the word. */
export function priorityMark({ withWord = false } = {}) {
    const svg = icon('normal');
    const word = h('span', { class: withWord ? '' : 'visually-hidden' });
    const element = h('span', { class: 'priority-mark' }, svg, word);
    return {
        element,
        update(priority) {
            element.dataset.priority = priority;
            reshape(svg, priority);
            say(word, `priority.${priority}`);
            setAttribute(element, 'title', withWord ? null : t(`priority.${priority}`));
        },
    };
}

/** One of a few calm background colours, always the same for a person. */
const tint = (id) => [...id].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 6, 7);

export function avatar(person, { small = false } = {}) {
    const element = h('span', {
        class: small ? 'avatar avatar-small' : 'avatar',
        'aria-hidden': 'true',
    });
    const update = (who) => {
        if (!who) return;
        write(element, initials(nameOf(who) || '?'));
        element.dataset.tint = String(tint(who.id ?? ''));
        element.dataset.role = who.role ?? '';
    };
    update(person);
    return { element, update };
}

/** A time whose age is updated (see `ticker.js`). */
export function timeAgo(clock) {
    const element = h('time', { class: 'time-ago', data: { ago: '' } });
    return {
        element,
        update(at) {
            element.dateTime = at;
            element.title = dateTime(at);
            write(element, relative(at, clock.now()));
        },
    };
}
