// The dates of a ticket that staff set: a mark in a list or a header, and the field to set one.

import { dateTime, t } from '../../i18n/index.js';
import { DATE_FIELDS } from '../../state/ticket-fields.js';
import { h, say } from './dom.js';
import { onKey } from './keys.js';

/** A mark for each date that the ticket has. */
export function ticketDates() {
    const marks = new Map(DATE_FIELDS.map((name) => [
        name, h('span', { class: 'ticket-date', testid: `date-${name}`, hidden: true }),
    ]));
    return {
        elements: [...marks.values()],
        update(snapshot) {
            for (const [name, mark] of marks) {
                mark.hidden = !snapshot[name];
                if (snapshot[name]) say(mark, dateLabel(name, snapshot[name]));
            }
        },
    };
}

/** The dates in one sentence, for screen readers. */
export const datesSentence = (snapshot) =>
    DATE_FIELDS.filter((name) => snapshot[name]).map((name) => t(...dateLabel(name, snapshot[name]))).join(', ');

const dateLabel = (name, at) => [`date.${name}`, { at: dateTime(at) }];

/**
 * A field for a date and a time of day, in the browser's time zone.
 *
 * @param {string} name
 * @param {(at: string|null) => void} onSet called when the reader leaves the field or presses Enter:
 *     a browser also reports each half-typed date as a change
 */
export function dateField(name, onSet) {
    let shown = '';
    const commit = () => {
        if (element.value === shown || element.validity.badInput) return;
        shown = element.value;
        onSet(shown ? new Date(shown).toISOString() : null);
    };
    const element = h('input', {
        class: 'field', type: 'datetime-local', id: `panel-${name}`, testid: `panel-${name}`,
        on: { blur: commit },
    });
    onKey(element, ({ key }) => key === 'Enter' && commit());
    return {
        element,
        /** Leaves a field alone in which the reader is typing. */
        update(at, isForced = false) {
            if (!isForced && element === document.activeElement) return;
            shown = at ? localMinute(at) : '';
            element.value = shown;
        },
    };
}

/** `2026-11-30T17:00`, the form of the field's value. */
function localMinute(at) {
    const date = new Date(at);
    date.setMinutes(date.getMinutes() - date.getTimezoneOffset());
    return date.toISOString().slice(0, 16);
}
