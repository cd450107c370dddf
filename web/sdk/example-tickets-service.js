// A ticket service for an application that used to store tickets itself: the functions of a Next.js
// `lib/services/tickets`, answered by the hub. Copy this file and change nothing else: routes that
// call these functions keep working, and every open page sees a change at once.
//
// Each call carries the caller's own token, so the hub decides their rights.

/** @typedef {{token: string, hub?: string, send?: typeof fetch}} Caller */

const ADDRESS = globalThis.process?.env?.GUICHET_URL ?? 'http://127.0.0.1:8080';
const ANSWER_WITHIN_MS = 15_000;

/** An id or a reference. Nothing else may become part of an address. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
/** The characters of a token. Any others could not be sent in a header. */
const TOKEN = /^[\w.~+/=-]+$/;
/** Fields that hold times, at every level. */
const MOMENT = /^(?:at|waitingSince|\w+At)$/;

/** An error of the hub, with the status for the route's own answer. */
export class TicketServiceError extends Error {
    constructor(status, problem) {
        super(problem.detail ?? problem.title ?? `HTTP ${status}`);
        Object.assign(this, { status, code: problem.code ?? 'unavailable', problem });
    }
}

/**
 * @param {string} id an id or a reference such as T-1042
 * @param {Caller} caller
 * @returns {Promise<object|null>} null if the ticket does not exist, or the caller may not see it
 */
export async function getTicketById(id, caller) {
    try {
        return serialize(await call(caller, 'GET', path(id)));
    } catch (error) {
        if (error.status === 404) return null;
        throw error;
    }
}

/** @returns {Promise<boolean>} the hub's own decision, not a copy of its rule */
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
    return { message: named(stored), ticket: serialize(ticket) };
}

/**
 * Replaces code that appended a line to `history`: the hub adds an entry for each change, with
 * author, from and to.
 * @param {string} id
 * @param {{status?: string, priority?: string, category?: string, assignedTo?: string|null,
 *     action?: 'take'|'release'|'resolve'|'reopen'|'close'|'wait'}} change
 * @param {Caller} caller
 * @returns {Promise<object>} the ticket
 */
export async function appendHistory(id, change, caller) {
    return serialize(await call(caller, 'PATCH', path(id), change));
}

/** The shape that pages of the application expect: `_id`, and times as `Date` objects. */
export function serialize(ticket) {
    const { messages, history, ...snapshot } = ticket;
    return {
        ...named(snapshot),
        ...(messages ? { messages: messages.map(named) } : {}),
        // A message within an event has the same shape.
        ...(history ? { history: history.map(({ message, ...event }) => ({
            ...dated(event),
            ...(message ? { message: named(message) } : {}),
        })) } : {}),
    };
}

function named(entry) {
    if (!entry) return null;
    const { id, ...rest } = dated(entry);
    return id === undefined ? rest : { _id: id, ...rest };
}

/** Copies a value with each time as a `Date`. */
function dated(value) {
    if (Array.isArray(value)) return value.map(dated);
    if (value === null || typeof value !== 'object' || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) =>
        [name, MOMENT.test(name) ? moment(field) : dated(field)]));
}

const moment = (value) =>
    typeof value === 'string' || typeof value === 'number' ? new Date(value) : dated(value);

/** An invalid id is treated as a ticket that does not exist. */
function path(id) {
    if (typeof id === 'string' && ID.test(id)) return `/api/tickets/${id}`;
    throw new TicketServiceError(404, {
        status: 404, code: 'not_found', title: 'Not Found', detail: 'This is not the id of a ticket.',
    });
}

async function call(caller, method, to, body) {
    const { token, hub = ADDRESS, send = fetch } = caller ?? {};
    if (typeof token !== 'string' || !TOKEN.test(token)) {
        throw new TicketServiceError(401, {
            status: 401, code: 'unauthorized', title: 'Unauthorized', detail: 'The caller has no token.',
        });
    }
    const response = await reach(() => send(hub.replace(/\/+$/, '') + to, {
        method,
        headers: {
            Authorization: `Bearer ${token}`,
            ...(body ? { 'Content-Type': 'application/json' } : {}),
        },
        body: body ? JSON.stringify(body) : undefined,
        cache: 'no-store',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }));
    if (response.ok) {
        const answer = await reach(() => response.json());
        if (isTicket(method === 'POST' ? answer?.ticket : answer)) return answer;
        throw away();
    }
    const problem = await response.json().catch(() => null);
    if (typeof problem?.code === 'string') throw new TicketServiceError(response.status, problem);
    // The hub's refusals have a code. This answer comes from another server, whose 404 does not
    // mean a missing ticket.
    throw away(response.status > 404 || response.status === 401 ? response.status : 503);
}

const isTicket = (value) =>
    typeof value?.id === 'string' && [value.messages, value.history].every(isListOfObjects);

const isListOfObjects = (value) => value === undefined
    || (Array.isArray(value) && value.every((each) => each !== null && typeof each === 'object'));

/** A hub that is unreachable, slow, or replaced by another server's answer is unavailable. */
async function reach(ask) {
    try {
        return await ask();
    } catch (cause) {
        throw Object.assign(away(), { cause });
    }
}

const away = (status = 503) => new TicketServiceError(status, {
    status, code: 'unavailable', title: 'Service Unavailable',
    detail: 'The hub does not answer. It is not known whether this was stored; '
        + 'the same call with the same key is safe.',
});
