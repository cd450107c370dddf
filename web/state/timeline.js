// Converts a log to the rows of a thread: days, grouped messages, system lines, and unconfirmed
// messages.

import { TICKET_FIELDS } from './ticket-fields.js';

const GROUP_WITHIN_MS = 5 * 60_000;

/**
 * @typedef {object} Entry
 * @property {string} key stable over updates, so that the page keeps its nodes
 * @property {'day'|'new'|'message'|'system'|'pending'} kind
 */

/**
 * @param {object[]} events ascending
 * @param {object[]} pending outbox items of this ticket, oldest first
 * @param {{me: string, dayOf: (at: string|number) => string, unreadAfter?: number|null, show?:
 *     string}} options
 *     `show`: all, public, notes or history
 * @returns {Entry[]}
 */
export function makeTimeline(events, pending, { me, dayOf, unreadAfter = null, show = 'all' }) {
    const entries = [];
    let day = null;
    let group = null;
    let hasNewMark = false;
    const open = (at, seq, by) => {
        if (dayOf(at) !== day) {
            day = dayOf(at);
            entries.push({ kind: 'day', key: `day-${day}`, at });
            group = null;
        }
        if (unreadAfter === null || hasNewMark || seq <= unreadAfter || by === me) return;
        hasNewMark = true;
        group = null;
        entries.push({ kind: 'new', key: 'new' });
    };
    for (const event of events) {
        const message = messageOf(event);
        const lines = systemLinesOf(event);
        if (message && shows(show, message.internal ? 'notes' : 'public')) {
            open(event.at, event.seq, message.author.id);
            const isGrouped = continues(group, message, event.at);
            entries.push({
                kind: 'message',
                // Redacted messages need a node of their own.
                key: `m-${event.seq}${message.redacted ? '-redacted' : ''}`,
                seq: event.seq,
                at: event.at,
                message,
                isGrouped,
            });
            group = {
                author: message.author.id,
                internal: message.internal === true,
                at: Date.parse(event.at),
            };
        }
        if (lines.length > 0 && shows(show, 'history')) {
            open(event.at, event.seq, event.by?.id);
            entries.push({
                kind: 'system',
                key: `s-${event.seq}`,
                seq: event.seq,
                at: event.at,
                by: event.by,
                lines,
            });
            group = null;
        }
    }
    for (const item of undelivered(events, pending, me)) {
        open(item.at, Infinity, me);
        entries.push({ kind: 'pending', key: `p-${item.key}`, at: item.at, item });
    }
    return entries;
}

const shows = (show, what) => show === 'all' || show === what;

/**
 * The description is the conversation's first message. Its author is the client, even if staff
 * created the ticket.
 */
function messageOf(event) {
    if (event.message) return event.message;
    if (event.kind !== 'created' || !event.head) return null;
    const { description, client, attachments, redacted } = event.head;
    return {
        author: client,
        body: description ?? '',
        internal: false,
        attachments: attachments ?? [],
        isDescription: true,
        redacted,
    };
}

function continues(group, message, at) {
    return (
        group !== null &&
        group.author === message.author.id &&
        group.internal === (message.internal === true) &&
        Date.parse(at) - group.at <= GROUP_WITHIN_MS
    );
}

/**
 * The facts of an event as codes, for the texts in the reader's language.
 * @returns {Array<{key: string, params?: object}>}
 */
export function systemLinesOf(event) {
    const lines = [];
    if (event.kind === 'redaction') lines.push({ key: 'change.redacted', params: { reason: event.reason ?? '' } });
    const changes = event.changes ?? {};
    if (changes.assignedTo) lines.push(assignment(changes.assignedTo, event.by));
    for (const [field, { from, to }] of Object.entries(changes)) {
        const { line } = TICKET_FIELDS[field] ?? {};
        if (line === undefined || line === 'assignee') continue;
        lines.push({ key: `change.${field}`, params: line === 'fact' ? {} : { from, to } });
    }
    for (const { clock, phase } of event.kind === 'sla' ? (event.sla ?? []) : []) {
        lines.push({ key: `sla.event.${phase}`, params: { clock } });
    }
    return lines;
}

function assignment({ from, to }, by) {
    if (!to) return { key: 'change.released', params: { from } };
    if (to.id === by?.id) return { key: 'change.taken', params: { to } };
    return { key: 'change.assigned', params: { to } };
}

/**
 * An event may arrive before its own acknowledgement. Then its message is already shown, and the
 * pending entry must go: matched by `seq` once known, else by author, audience and text.
 */
function undelivered(events, pending, me) {
    const taken = new Set();
    return pending.filter((item) => {
        const isHere = (event) => (
            item.seq === null
                ? resembles(event, item, me) && !taken.has(event.seq)
                : event.seq === item.seq
        );
        const found = events.findLast(isHere);
        if (found) taken.add(found.seq);
        return found === undefined;
    });
}

const resembles = ({ seq, message }, { state, fields, sinceSeq }, me) =>
    ['sending', 'queued'].includes(state) &&
    seq > sinceSeq &&
    message?.author.id === me &&
    message.body === (fields.body ?? '') &&
    (message.internal === true) === (fields.internal === true);
