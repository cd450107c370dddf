// Helpers of the composer: quick replies, mentions, and what must be asked before a text goes out.

import { unfilled } from '../state/canned.js';
import { ask } from './dialog.js';
import { pick } from './picker.js';

/** Puts a text at the caret, in place of what was selected. */
export function insertAtCaret(field, text) {
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** True when the text up to the caret ends in a lone `/` at the start of a line. */
export const asksForCanned = ({ value, selectionStart }) =>
    /(^|\n)\/$/.test(value.slice(0, selectionStart));

/** True when an `@` was just typed, alone or after a space. */
export const asksForMention = ({ value, selectionStart }) =>
    /(^|\s)@$/.test(value.slice(0, selectionStart));

/** Staff named in a note, chosen from a list; the names that remain in the text count. */
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
        const person = await pick({
            label: 'mention.label', testid: 'mention',
            choices: people.map((each) => ({ value: each, text: each.name, icon: 'person' })),
        });
        if (!person) return field.focus();
        this.#known.set(person.id, person.name);
        insertAtCaret(field, `${person.name} `);
    }

    /** @returns {string[]} ids of those whose name stands in the text */
    in(text) {
        return [...this.#known].filter(([, name]) => text.includes(`@${name}`)).map(([id]) => id);
    }

    /** Names of staff that a public text mentions as in a note. */
    async staffIn(text) {
        if (!text.includes('@')) return [];
        return (await this.menus.people).filter(({ name }) => text.includes(`@${name}`)).map(({ name }) => name);
    }
}

/**
 * What stands in the way of a public text.
 * @returns {Promise<boolean>} whether it may go
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
