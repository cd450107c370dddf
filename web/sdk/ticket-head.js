// A ticket's snapshot, updated by its events: the same fold as the hub's.

/** The hub's limit, so that a row does not change when it is loaded again. */
const EXCERPT_LENGTH = 120;

/**
 * @param {object|null} snapshot
 * @param {object} event
 * @returns {object|null} a new snapshot; null if there is none to fold into
 */
export function foldSnapshot(snapshot, event) {
    if (event.kind === 'created' && event.head) return event.head;
    if (!snapshot || event.seq <= snapshot.seq) return snapshot;
    if (event.kind === 'redaction') return withoutWords({ ...snapshot, seq: event.seq, updatedAt: event.at }, event);
    const next = { ...snapshot, seq: event.seq, updatedAt: event.at };
    for (const [field, change] of Object.entries(event.changes ?? {})) next[field] = change.to;
    if (event.message) {
        next.messageCount = (snapshot.messageCount ?? 0) + 1;
        next.lastMessage = {
            seq: event.seq,
            at: event.at,
            authorRole: event.message.author?.role,
            excerpt: excerpt(event.message.body ?? ''),
        };
    }
    return next;
}

/** A redaction replaces the redacted text in the snapshot too. */
function withoutWords(snapshot, event) {
    const { lastMessage } = snapshot;
    const next = event.redacts === 1
        ? { ...snapshot, description: '', attachments: [], redacted: markOf(event) }
        : snapshot;
    return lastMessage?.seq === event.redacts
        ? { ...next, lastMessage: { ...lastMessage, excerpt: '', redacted: true } }
        : next;
}

const markOf = ({ by, at, reason }) => ({ by, at, reason });

/** An event without its text, after a redaction. */
export function redactedBy(event, redaction) {
    const redacted = markOf(redaction);
    const empty = { body: '', mentions: [], attachments: [], redacted };
    return {
        ...event,
        ...(event.message ? { message: { ...event.message, ...empty } } : {}),
        ...(event.head ? { head: { ...event.head, description: '', attachments: [], redacted } } : {}),
    };
}

/** Cuts a text to one line, between characters. */
export function excerpt(body) {
    const line = body.replace(/\s+/g, ' ').trim();
    // Fewer code units than the limit of characters: no count needed.
    if (line.length <= EXCERPT_LENGTH) return line;
    const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
    return characters.length <= EXCERPT_LENGTH
        ? line
        : `${characters.slice(0, EXCERPT_LENGTH).join('').trimEnd()}…`;
}
