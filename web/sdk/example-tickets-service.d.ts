// Declarations of example-tickets-service.js.

export interface Caller {
    /** The caller's own JSON Web Token; without one, calls reject with a 401. */
    token?: string;
    /** The hub's address; without it, `GUICHET_URL`. */
    hub?: string;
    /** Replaces the global `fetch`. */
    send?: typeof fetch;
}

/** A ticket in the shape that pages of the application expect: `_id`, and each time a `Date`. */
export interface StoredTicket {
    _id: string;
    ref: string;
    createdAt: Date;
    updatedAt: Date;
    closedAt: Date | null;
    messages?: StoredMessage[];
    history?: Array<{ at: Date; [field: string]: any }>;
    [field: string]: any;
}

export interface StoredMessage {
    _id: string;
    body: string;
    at: Date;
    [field: string]: any;
}

export interface Problem {
    code?: string;
    title?: string;
    detail?: string;
    status?: number;
    [field: string]: any;
}

/** An error of the hub, with the status for the route's own answer. An unreachable hub is 503. */
export class TicketServiceError extends Error {
    constructor(status: number, problem: Problem);
    status: number;
    code: string;
    problem: Problem;
}

/** A message has a text, or files, or both. */
export type MessageContent =
    | { body: string; attachments?: string[] }
    | { body?: string; attachments: [string, ...string[]] };

/** Fields to change; who may change which is the hub's decision. */
export interface TicketChange {
    action?: 'take' | 'release' | 'resolve' | 'reopen' | 'close' | 'wait';
    title?: string;
    status?: string;
    priority?: string;
    category?: string;
    project?: string;
    assignedTo?: string | null;
    watchers?: string[];
    tags?: string[];
    targetHours?: number | null;
    dueAt?: string | null;
}

/** Null if the ticket does not exist, or the caller may not see it. */
export function getTicketById(id: string, caller: Caller): Promise<StoredTicket | null>;
/** The hub's own decision. */
export const canAccess: (id: string, caller: Caller) => Promise<boolean>;
/** The same `key` from the same author is stored once. */
export function appendMessage(
    id: string,
    message: MessageContent & { internal?: boolean; key?: string },
    caller: Caller,
): Promise<{ message: StoredMessage | null; ticket: StoredTicket }>;
/** A change; the hub adds its entry to the history. */
export function appendHistory(
    id: string,
    change: TicketChange,
    caller: Caller,
): Promise<StoredTicket>;
export function serialize(ticket: Record<string, any>): StoredTicket;
