// Declarations of guichet.js, for TypeScript and for editors. The hub's /openapi.json describes
// frames and tickets completely; here are the fields that a page uses most.

export interface Person {
    id: string;
    name: string;
    /** `system`: the hub itself, such as when a deadline has passed. */
    role: 'client' | 'technician' | 'admin' | 'system';
}

/** A ticket without its log. Times are ISO 8601 texts in UTC. */
export interface TicketHead {
    id: string;
    ref: string;
    title: string;
    description: string;
    project: string;
    category: 'incident' | 'request' | 'change';
    status: 'open' | 'in_progress' | 'waiting' | 'resolved' | 'closed';
    priority: 'low' | 'normal' | 'high' | 'urgent';
    client: Person;
    assignedTo: Person | null;
    seq: number;
    messageCount: number;
    createdAt: string;
    updatedAt: string;
    closedAt: string | null;
    dueAt: string | null;
    [field: string]: any;
}

export interface Message {
    id: string;
    seq: number;
    author: Person;
    body: string;
    internal: boolean;
    mentions: string[];
    attachments: object[];
    at: string;
    [field: string]: any;
}

/** An entry of a ticket's log. Kinds may be added: ignore unknown ones. */
export interface TicketEvent {
    ticket: string;
    /** 1, 2, 3 … in each ticket. */
    seq: number;
    /** The `seq` of the previous event that this person may see; 0: none. */
    prev: number;
    at: string;
    by: Person;
    cause: 'user' | 'sla' | 'system';
    kind: string;
    message?: Message;
    changes?: Record<string, { from: any; to: any }>;
    [field: string]: any;
}

/** Any frame (docs/protocol.md 7). */
export interface Frame {
    type: string;
    [field: string]: any;
}

export type Stop = () => void;
export type Schedule = (action: () => void, delayMs: number) => Stop;

/** The used part of a WebSocket: the browser's own, or a package's. */
export interface SocketLike {
    readyState: number;
    send(text: string): void;
    close(): void;
    onmessage: ((event: any) => void) | null;
    onclose: ((event: any) => void) | null;
    onerror: ((event: any) => void) | null;
}

/** A message has a text, or files, or both. */
export type MessageContent =
    | { body: string; attachments?: string[] }
    | { body?: string; attachments: [string, ...string[]] };

/** A minimal event source. */
export class Emitter {
    on(type: string, listener: (detail: any) => void): Stop;
    emit(type: string, detail?: any): void;
}

/** A refusal as the hub words it (docs/protocol.md 13). */
export interface Refusal {
    code: string;
    message?: string;
    [field: string]: any;
}

/** A refusal by the hub, or a failure to reach it (`disconnected`, `timeout`). */
export class CommandError extends Error {
    constructor(frame: { code: string; message?: string; [field: string]: any });
    /** A code of docs/protocol.md 13.2. */
    code: string;
    /** The complete refusal. */
    frame: { code: string; message?: string; retryAfter?: number; [field: string]: any };
    /** True when the same command may succeed later, unchanged. */
    get isTransient(): boolean;
    /** The ticket does not exist for this person, or no longer. */
    get isGone(): boolean;
}

export interface HubOptions {
    /** The hub's address: `https://hub.example.org`, or below a path `https://example.org/support/`, with its slash. */
    url: string;
    /** A JSON Web Token; without one, and without `getToken`, the cookie signs in. */
    token?: string;
    /** Asked for a token at the first open without one, a minute before its end, and after it. */
    getToken?: () => Promise<string> | string;
    /** Keeps messages over a reload. */
    storage?: OutboxStorage;
    /** Needed without a global WebSocket: `(url, protocols) => new WebSocket(url, protocols)`. */
    openSocket?: (url: string, protocols: string[]) => SocketLike;
    /** Replaces the global `fetch`, which asks why a socket was refused. */
    fetch?: typeof fetch;
    schedule?: Schedule;
    random?: () => number;
    clock?: ServerClock;
}

export interface JoinOptions {
    /** Delivers every event after this one; 0: the whole log. Without it, only new events. */
    after?: number;
    onEvent?: (event: TicketEvent) => void;
    onJoined?: (joined: { ticket: TicketHead; events: TicketEvent[]; seq: number; more: boolean }) => void;
    onPresence?: (frame: Frame) => void;
    onTyping?: (frame: Frame) => void;
    onRead?: (frame: Frame) => void;
    onRemoved?: (frame: Frame) => void;
    onError?: (error: Error) => void;
}

export type QueueChange =
    | { op: 'reset'; tickets: TicketHead[]; counts: Record<string, any>; more: boolean }
    | { op: 'upsert'; ticket: TicketHead; rev: number }
    | { op: 'remove'; id: string; why: 'taken' | 'filter' | 'access'; by?: Person; rev: number };

/** The whole client for one person. */
export class Hub {
    constructor(options: HubOptions);
    readonly connection: Connection;
    readonly outbox: Outbox;
    /** A failure that no caller waits for; kept for the first listener. */
    on(type: 'error', listener: (error: Error & { code?: string }) => void): Stop;
    /** A message that the hub refused for good. */
    on(type: 'failed', listener: (item: OutboxItem & { error: Refusal }) => void): Stop;
    /** A message that the hub held because the ticket has newer events. */
    on(type: 'held', listener: (item: OutboxItem) => void): Stop;
    on(type: 'sent', listener: (sent: { item: OutboxItem; answer: Frame }) => void): Stop;
    on(type: 'status', listener: (status: ConnectionStatus) => void): Stop;
    on(type: 'expiring' | 'notification', listener: (frame: Frame) => void): Stop;
    /** Resolves with the greeting; rejects when the hub refuses the token. Waits while the hub is unreachable. */
    open(): Promise<Frame>;
    /** Sets a newer token of the same person; an ended session resumes with it. */
    authenticate(token: string): Promise<void>;
    close(): void;
    /** Joins a ticket, by id or ref; rejects if it does not exist or this person may not see it. */
    join(ticket: string, options?: JoinOptions): Promise<RoomHandle>;
    /** A message that survives drops; `sent`, `failed` or `held` reports its result. */
    send(
        ticket: string,
        fields: string | MessageContent & { internal?: boolean; [field: string]: any },
        options?: { delayMs?: number },
    ): OutboxItem;
    /** A change, and its acknowledgement. */
    update(
        ticket: string,
        changes: { set?: Record<string, any>; action?: string; ifSeq?: number; key?: string },
    ): Promise<Frame>;
    /** The live queue (staff), replacing the previous one; a refusal is an `error` event. Returns a stop function. */
    queue(filter: Record<string, string | string[]>, onChange: (change: QueueChange) => void): Stop;
    /** Whether another handle has joined the same ticket. */
    holds(room: RoomHandle): boolean;
    /** Called by a room that has ended. */
    forget(room: RoomHandle): void;
}

/** A joined ticket; made by `hub.join`. */
export class RoomHandle {
    constructor(hub: Hub, ticket: string, options?: JoinOptions);
    readonly hub: Hub;
    /** As given to `join`: an id or a ref. */
    readonly ticket: string;
    readonly id: string;
    /** The newest received event: a resume starts after it. */
    readonly seq: number;
    /**
     * The ticket with all events up to `seq`; there from when `hub.join` has resolved. Its clocks (`sla`) are those of
     * the last join: only the hub computes them.
     */
    readonly head: TicketHead;
    /** Each event once, in order, without gaps. */
    on(type: 'event', listener: (event: TicketEvent) => void): Stop;
    on(type: 'joined' | 'presence' | 'typing' | 'read' | 'removed', listener: (frame: Frame) => void): Stop;
    on(type: 'error', listener: (error: Error & { code?: string }) => void): Stop;
    /** The first join: `hub.join` calls it. */
    start(): Promise<void>;
    /** Fetches missed events; the room does so by itself after each break. */
    resume(): Promise<void>;
    /** Never rejects. */
    leave(): Promise<void>;
}

export type ConnectionStatus = 'idle' | 'connecting' | 'live' | 'offline' | 'signed-out';

/** One WebSocket to the hub, kept alive. Emits `status`, and every pushed frame under its type. */
export class Connection extends Emitter {
    constructor(options: {
        url: string;
        token?: string;
        clock?: ServerClock;
        isRefused?: () => Promise<boolean | { message?: string }>;
        openSocket?: (url: string, protocols: string[], connection: Connection) => SocketLike;
        schedule?: Schedule;
        random?: () => number;
    });
    readonly status: ConnectionStatus;
    readonly hello: Frame | null;
    readonly lastFrameAt: number;
    /** Sockets in a row that closed before the hub greeted. */
    readonly refusals: number;
    /** The hub's reason for ending the session. */
    readonly refusal: { code: string; message?: string } | null;
    token?: string;
    get isLive(): boolean;
    open(): void;
    close(): void;
    /** The network is back: reconnects without waiting for the next attempt. */
    wake(): void;
    /** The browser reports that there is no network. */
    networkLost(): void;
    /** One command and its answer; rejects with a CommandError. */
    command(frame: Frame, options?: { within?: number }): Promise<Frame>;
    /** A frame without an answer. */
    tell(frame: Frame): void;
    authenticate(token: string): Promise<void>;
}

export interface OutboxItem {
    key: string;
    type: 'message' | 'create';
    ticket: string | null;
    fields: Record<string, any>;
    at: number;
    /** Until then it can be taken back; 0: send at once. */
    notBefore: number;
    state: 'delayed' | 'sending' | 'queued' | 'held' | 'failed' | 'sent';
    error: Refusal | null;
    seq: number | null;
}

export interface OutboxStorage {
    all(): Promise<OutboxItem[]> | OutboxItem[];
    put(item: OutboxItem): any;
    remove(key: string): any;
}

/** Messages until their confirmation: never lost, never stored twice. Emits `change`, `sent`, `held`, `failed`, `error`. */
export class Outbox extends Emitter {
    constructor(
        connection: Connection,
        options?: { storage?: OutboxStorage; now?: () => number; schedule?: Schedule },
    );
    /** Resolves once the items of an earlier page are loaded. */
    readonly restored: Promise<void>;
    /** The number of unacknowledged items. */
    get size(): number;
    all(): OutboxItem[];
    of(ticket: string): OutboxItem[];
    post(
        ticket: string,
        fields: Record<string, any>,
        sinceSeq?: number,
        options?: { delayMs?: number },
    ): OutboxItem;
    create(set: Record<string, any>, key?: string): OutboxItem;
    /** Sends a held, failed or delayed item now; `force` passes the compose guard. */
    retry(key: string, options?: { force?: boolean }): void;
    drop(key: string): OutboxItem | undefined;
    /** The page closes: passes what may still be taken back to `send`, a call that outlives the page. */
    handOver(send: (item: OutboxItem) => void): void;
    flush(): void;
}

/** An estimate of the hub's clock. */
export class ServerClock {
    constructor(localNow?: () => number);
    offsetMs: number;
    rttMs: number | null;
    now(): number;
    observeHello(time: string): void;
    observePong(time: string, sentAt: number): void;
}

/** Spreads a burst over time, so that it stays under the hub's limit. */
export class Pacer {
    constructor(options?: { burst?: number; perSecond?: number; now?: () => number; schedule?: Schedule });
    run(send: () => void): void;
    clear(): void;
}

/** The close code for a token that is no longer valid. */
export const CLOSE_SIGNED_OUT: 4401;
export const subprotocols: (token?: string) => string[];
export const retryDelayMs: (attempt: number, random?: () => number) => number;
export const socketURL: (location: { protocol: string; host: string }, base?: string) => string;
export function basePath(address: URL): string;
/** A new idempotency key: it names one command, so that a second send of it is stored once. */
export const makeKey: () => string;
export function scheduleTimer(action: () => void, delayMs: number): Stop;
export function decodeFrame(text: string): Frame | null;
