// Helpers of the composer: quick replies, mentions, and the checks before a text is sent.

import { t } from '../../i18n/index.js';
import { unfilled } from '../../state/canned.js';
import { byteCount, roomLeft } from '../../state/room-left.js';
import { ask } from '../parts/dialog.js';
import { say, setAttribute } from '../parts/dom.js';
import { pick } from '../parts/pick.js';

/** Inserts a text at the caret, replacing the selection. */
export function insertAtCaret(field, text) {
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Quotes a message: marks each line, with the caret below. */
export function quoteInto(field, text) {
    const quoted = text.split('\n').map((line) => `> ${line}`).join('\n');
    insertAtCaret(field, `${field.value ? '\n' : ''}${quoted}\n`);
}

/**
 * Inserts a quick reply at the caret, replacing the slash that opened the list.
 * @param {number} at the caret's position before the dialog
 */
export function insertReply(field, text, at = field.value.length) {
    field.setSelectionRange(at, at);
    if (asksForCanned(field)) field.setSelectionRange(at - 1, at);
    insertAtCaret(field, text);
}

/** True when the text up to the caret ends in a lone `/` at the start of a line. */
export const asksForCanned = ({ value, selectionStart }) =>
    /(^|\n)\/$/.test(value.slice(0, selectionStart));

/** True when an `@` was just typed, alone or after a space. */
export const asksForMention = ({ value, selectionStart }) =>
    /(^|\s)@$/.test(value.slice(0, selectionStart));

/** Staff mentioned in a note, picked from a list; only names that remain in the text count. */
export class Mentions {
    #known = new Map();

    /** @param {{menus: {people: Promise<object[]>}, me: object}} options */
    constructor({ menus, me }) {
        Object.assign(this, { menus, me });
    }

    /** @param {HTMLTextAreaElement} field just after an `@` */
    async choose(field) {
        const people = (await this.menus.people).filter(({ id }) => id !== this.me.id);
        if (people.length === 0) return;
        const at = field.selectionStart;
        const person = await pick({
            label: 'mention.label', testid: 'mention',
            choices: people.map((each) => ({ value: each, text: each.name, icon: 'person' })),
        });
        if (!person) return field.focus();
        this.#known.set(person.id, person.name);
        field.setSelectionRange(at, at);
        insertAtCaret(field, `${person.name} `);
    }

    /** @returns {string[]} ids of the people whose names are in the text */
    in(text) {
        return [...this.#known].filter(([, name]) => text.includes(`@${name}`)).map(([id]) => id);
    }

    /** Names of staff that a public text mentions. */
    async staffIn(text) {
        if (!text.includes('@')) return [];
        return (await this.menus.people).filter(({ name }) => text.includes(`@${name}`)).map(({ name }) => name);
    }
}

/**
 * Checks a public text for unfilled variables and mentions of staff.
 * @returns {Promise<boolean>} whether it may be sent
 */
export async function maySend(body, { mentions, toasts }) {
    const missing = unfilled(body);
    if (missing.length > 0) {
        toasts.show(['canned.missing', { names: missing.join(', ') }], { tone: 'error' });
        return false;
    }
    const [name] = (await mentions?.staffIn(body)) ?? [];
    if (!name) return true;
    const answer = await ask({
        label: ['mention.public', { name }], body: [], testid: 'mention-public',
        buttons: [
            { label: 'create.cancel', value: '' },
            { label: 'stale.force', value: 'yes', tone: 'primary' },
        ],
    });
    return answer === 'yes';
}

/**
 * Grows the field up to ten lines; shows the remaining room near the limit.
 * @param {HTMLTextAreaElement} field @param {HTMLElement} count @param {number} bytesMax
 */
export function fitField(field, count, bytesMax) {
    field.style.height = 'auto';
    if (field.value !== '') field.style.height = `${field.scrollHeight + 2}px`;
    const bytes = byteCount(field.value);
    count.hidden = bytes < bytesMax * 0.9;
    setAttribute(field, 'aria-invalid', bytes > bytesMax ? 'true' : null);
    if (count.hidden) return;
    const { over, left } = roomLeft(field.value, bytesMax);
    const limit = t('composer.limit', { n: Math.round(bytesMax / 1024) });
    say(count, over ? ['composer.over', { n: over, limit }] : ['composer.left', { n: left, limit }]);
}
