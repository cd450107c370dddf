// Helpers of the composer: quick replies, mentions, and the checks before a text is sent.

import { t } from '../../i18n/index.js';
import { unfilled } from '../../state/quick-replies.js';
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

/**
 * All tabs write one draft: what one stores, the others show.
 * @param {import('../../state/drafts.js').Drafts} drafts
 * @param {() => [string, string]|null} open the ticket and the mode of the field
 * @param {() => void} show
 */
export function followDraft(drafts, open, show) {
    addEventListener('storage', ({ key }) => {
        const shown = open();
        if (shown && key === drafts.nameOf(...shown)) show();
    });
}

/** How long a pressed button of the composer keeps its place, where a press does not move the focus. */
const CLOSE_AFTER_MS = 250;

/**
 * The composer is one line until somebody writes in it, and again once it is left without a text.
 * @param {HTMLElement} composer @param {HTMLTextAreaElement} field
 */
export function openWhileUsed(composer, field) {
    const draw = () => {
        const isUsed = field.value !== '' || composer.querySelector('.attachments-new > *') !== null ||
            (composer.dataset.open !== undefined && composer.contains(document.activeElement));
        if (isUsed) composer.dataset.open = '';
        else delete composer.dataset.open;
    };
    field.addEventListener('focus', () => (composer.dataset.open = ''));
    composer.addEventListener('focusout', () => setTimeout(draw, CLOSE_AFTER_MS));
    return draw;
}

/** Quotes a message: marks each line, with the caret below. */
export function quoteInto(field, text) {
    const quoted = text.split('\n').map((line) => `> ${line}`).join('\n');
    insertAtCaret(field, `${field.value ? '\n' : ''}${quoted}\n`);
}

/**
 * The part of a text that a list was opened for: from the caret at that moment to what has been
 * written since. A choice replaces it; without a choice, what was typed into the list goes there.
 */
export class TypedPart {
    /** @param {HTMLTextAreaElement} field */
    constructor(field) {
        Object.assign(this, { field, at: field.selectionStart });
    }

    /** @returns {string|null} null once the writer went on to another word or place */
    get text() {
        const { value, selectionStart } = this.field;
        const typed = value.slice(this.at, selectionStart);
        return selectionStart < this.at || /[\s@/]/.test(typed) ? null : typed;
    }

    /** @param {number} before how many characters before it are replaced too */
    replace(text, before = 0) {
        const { field, at } = this;
        const end = at + (this.text ?? '').length;
        field.focus();
        // An event for an unchanged text would open the list again.
        if (text === field.value.slice(at - before, end)) return;
        field.setSelectionRange(at - before, end);
        insertAtCaret(field, text);
    }
}

/** Inserts a quick reply, replacing the slash that opened the list. */
export function insertReply(field, text, part = new TypedPart(field)) {
    field.setSelectionRange(part.at, part.at);
    part.replace(text, asksForQuickReply(field) ? 1 : 0);
}

/** True when the text up to the caret ends in a lone `/` at the start of a line. */
export const asksForQuickReply = ({ value, selectionStart }) =>
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
        const part = new TypedPart(field);
        const people = (await this.menus.people).filter(({ id }) => id !== this.me.id);
        const query = part.text;
        if (people.length === 0 || query === null) return;
        const person = await pick({
            label: 'mention.label', testid: 'mention', query,
            choices: people.map((each) => ({ value: each, text: each.name, icon: 'person' })),
            onDismiss: (typed) => part.replace(typed),
        });
        if (!person) return field.focus();
        this.#known.set(person.id, person.name);
        part.replace(`${person.name} `);
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
        toasts.show(['quickReplies.missing', { names: missing.join(', ') }], { tone: 'error' });
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
