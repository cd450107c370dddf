// A ticket service for an application that used to keep tickets itself: the functions of a Next.js
// `lib/services/tickets`, answered by the hub. Copy it, change nothing else: routes that call these
// functions keep working, and every open page sees the change at once.
//
// Each call carries the caller's own token, so the hub decides what they may see and do.

/** @typedef {{token: string, hub?: string, send?: typeof fetch}} Caller */

const ADDRESS = globalThis.process?.env?.GUICHET_URL ?? 'http://127.0.0.1:8080';

/** What went wrong, with the status for the route's own answer. */
export class TicketServiceError extends Error {
    constructor(status, problem) {
        super(problem.detail ?? problem.title ?? `HTTP ${status}`);
        Object.assign(this, { status, code: problem.code ?? 'unavailable', problem });
    }
}

/**
 * @param {string} id an id or a reference such as T-1042
 * @param {Caller} caller
 * @returns {Promise<object|null>} null when there is none, or none for this caller
 */
export async function getTicketById(id, caller) {
    try {
        return serialize(await call(caller, 'GET', path(id)));
    } catch (error) {
        if (error.status === 404) return null;
        throw error;
    }
}

/** @returns {Promise<boolean>} the hub's own rule (CONTRACT §1), not a copy of it */
export const canAccess = async (id, caller) => (await getTicketById(id, caller)) !== null;

/**
 * @param {string} id
 * @param {{body: string, internal?: boolean, attachments?: string[], key?: string}} message `key`:
 *     the same key from the same author is stored once, so a retried request doubles nothing
 * @param {Caller} caller
 * @returns {Promise<{message: object, ticket: object}>}
 */
export async function appendMessage(id, message, caller) {
    const { message: stored, ticket } = await call(caller, 'POST', path(id), message);
    return { message: stored, ticket: serialize(ticket) };
}

/**
 * What used to push a line into `history`: here a change makes its own line, with who, from and to.
 * @param {string} id
 * @param {{status?: string, priority?: string, category?: string, assignedTo?: string|null,
 *     action?: 'take'|'release'|'resolve'|'reopen'|'close'|'wait'}} change
 * @param {Caller} caller
 * @returns {Promise<object>} the ticket
 */
export async function appendHistory(id, change, caller) {
    return serialize(await call(caller, 'PATCH', path(id), change));
}

/** The shape that pages of the application know: `_id`, and dates as dates. */
export function serialize(ticket) {
    const { id, createdAt, updatedAt, closedAt, messages, history, ...rest } = ticket;
    return {
        _id: id,
        ...rest,
        createdAt: new Date(createdAt),
        updatedAt: new Date(updatedAt),
        closedAt: closedAt ? new Date(closedAt) : null,
        ...(messages ? { messages: messages.map((message) => ({ ...message, at: new Date(message.at) })) } : {}),
        ...(history ? { history: history.map((event) => ({ ...event, at: new Date(event.at) })) } : {}),
    };
}

const path = (id) => `/api/tickets/${encodeURIComponent(id)}`;

async function call({ token, hub = ADDRESS, send = fetch }, method, to, body) {
    const response = await send(hub + to, {
        method,
        headers: {
            Authorization: `Bearer ${token}`,
            ...(body ? { 'Content-Type': 'application/json' } : {}),
        },
        body: body ? JSON.stringify(body) : undefined,
        cache: 'no-store',
    });
    const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
    if (!response.ok) throw new TicketServiceError(response.status, answer);
    return answer;
}
