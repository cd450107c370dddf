// Declarations of guichet.js, for TypeScript and for editors. Frames and tickets are described whole
// in the hub's /openapi.json; here are the fields that a page uses most.

export interface Person {
    id: string;
    name: string;
    /** `system`: the hub itself, such as when a deadline has passed. */
    role: 'client' | 'technician' | 'admin' | 'system';
}

/** A ticket without its log. Moments are ISO 8601 texts in UTC. */
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

/** An entry of a ticket's log. Kinds may be added: show one that you do not know as nothing. */
export interface TicketEvent {
    ticket: string;
    /** 1, 2, 3 … in each ticket. */
    seq: number;
    /** The `seq` of the event before it that this person may see; 0: none. */
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

/** What is made of a WebSocket: the browser's own, or that of a package. */
export interface SocketLike {
    readyState: number;
    send(text: string): void;
    close(): void;
    onmessage: ((event: any) => void) | null;
    onclose: ((event: any) => void) | null;
    onerror: ((event: any) => void) | null;
}

/** The smallest event source. */
export class Emitter {
    on(type: string, listener: (detail: any) => void): Stop;
    emit(type: string, detail?: any): void;
}

/** A refusal by the hub, or a failure to reach it (`disconnected`, `timeout`). */
export class CommandError extends Error {
    constructor(frame: { code: string; message?: string; [field: string]: any });
    /** A code of docs/protocol.md 13.2. */
    code: string;
    /** The refusal, whole. */
    frame: { code: string; message?: string; retryAfter?: number; [field: string]: any };
    /** True when the same command may succeed later, unchanged. */
    get isTransient(): boolean;
}

export interface HubOptions {
    /** Where the hub is: `https://hub.example.org`, or `https://example.org/support/`, with its slash, below a path. */
    url: string;
    /** A JSON Web Token; without one, and without `getToken`, the cookie signs in. */
    token?: string;
    /** Asked for a token at the first open without one, a minute before its end, and after it. */
    getToken?: () => Promise<string> | string;
    /** Where messages wait over a reload. */
    storage?: OutboxStorage;
    /** Where there is no global WebSocket: `(url, protocols) => new WebSocket(url, protocols)`. */
    openSocket?: (url: string, protocols: string[]) => SocketLike;
    /** In place of the global `fetch`, which asks why a socket was refused. */
    fetch?: typeof fetch;
    schedule?: Schedule;
    random?: () => number;
    clock?: ServerClock;
}

export interface JoinOptions {
    /** Every event behind this one is heard; 0: the whole log. Without it, from now on. */
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

/** All of it for one person. */
export class Hub {
    constructor(options: HubOptions);
    readonly connection: Connection;
    readonly outbox: Outbox;
    /** What goes wrong while nobody waits for an answer; kept for the first listener. */
    on(type: 'error', listener: (error: Error) => void): Stop;
    /** A message that the hub refused for good, or held back because the ticket went on. */
    on(type: 'failed' | 'held', listener: (item: OutboxItem) => void): Stop;
    on(type: 'sent', listener: (sent: { item: OutboxItem; answer: Frame }) => void): Stop;
    on(type: 'status', listener: (status: ConnectionStatus) => void): Stop;
    on(type: 'expiring' | 'notification', listener: (frame: Frame) => void): Stop;
    /** Settles with the greeting; rejects when the hub refuses the token. Without a hub it waits. */
    open(): Promise<Frame>;
    /** A newer token of the same person; a session that has ended goes on with it. */
    authenticate(token: string): Promise<void>;
    close(): void;
    /** Listens to a ticket, by id or ref; rejects when it is none, or none for this person. */
    join(ticket: string, options?: JoinOptions): Promise<RoomHandle>;
    /** A message that survives drops; settled by `sent`, or by `failed` or `held`. */
    send(
        ticket: string,
        fields: string | { body: string; internal?: boolean; attachments?: string[]; [field: string]: any },
        options?: { delayMs?: number },
    ): OutboxItem;
    /** A change, and its acknowledgement. */
    update(
        ticket: string,
        changes: { set?: Record<string, any>; action?: string; ifSeq?: number; key?: string },
    ): Promise<Frame>;
    /** The live queue (staff), in place of the one before; a refusal is an `error` event. Returns what stops it. */
    queue(filter: Record<string, string | string[]>, onChange: (change: QueueChange) => void): Stop;
    /** Whether another handle listens to the ticket of this one. */
    holds(room: RoomHandle): boolean;
    /** Called by a room that is over. */
    forget(room: RoomHandle): void;
}

/** A ticket that is listened to; made by `hub.join`. */
export class RoomHandle {
    constructor(hub: Hub, ticket: string, options?: JoinOptions);
    readonly hub: Hub;
    /** As it was asked for: an id or a ref. */
    readonly ticket: string;
    readonly id: string;
    /** The newest event seen: where a resume starts. */
    readonly seq: number;
    readonly head: TicketHead | null;
    /** Each event once, in order, none left out. */
    on(type: 'event', listener: (event: TicketEvent) => void): Stop;
    on(type: 'joined' | 'presence' | 'typing' | 'read' | 'removed', listener: (frame: Frame) => void): Stop;
    on(type: 'error', listener: (error: Error) => void): Stop;
    /** The first join: `hub.join` calls it. */
    start(): Promise<void>;
    /** Asks for what was missed; the room does so by itself after each break. */
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
    /** Why the hub ended the session. */
    readonly refusal: { code: string; message?: string } | null;
    token?: string;
    get isLive(): boolean;
    open(): void;
    close(): void;
    /** The network is back: no reason to wait for the next try. */
    wake(): void;
    /** The browser says that there is no network. */
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
    /** It may still be taken back until then; 0: at once. */
    notBefore: number;
    state: 'delayed' | 'sending' | 'queued' | 'held' | 'failed' | 'sent';
    error: { code: string; message?: string; [field: string]: any } | null;
    seq: number | null;
}

export interface OutboxStorage {
    all(): Promise<OutboxItem[]> | OutboxItem[];
    put(item: OutboxItem): any;
    remove(key: string): any;
}

/** Messages on their way: never lost, never twice. Emits `change`, `sent`, `held`, `failed`, `error`. */
export class Outbox extends Emitter {
    constructor(
        connection: Connection,
        options?: { storage?: OutboxStorage; now?: () => number; schedule?: Schedule },
    );
    /** Settles once what an earlier page left behind is here. */
    readonly restored: Promise<void>;
    /** How many are not yet acknowledged. */
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
    /** A held, failed or delayed item, now; `force` passes the compose guard. */
    retry(key: string, options?: { force?: boolean }): void;
    drop(key: string): OutboxItem | undefined;
    flush(): void;
}

/** The hub's clock, as seen from here. */
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

/** The close code that means: this token is no good any more. */
export const CLOSE_SIGNED_OUT: 4401;
export const subprotocols: (token?: string) => string[];
export const retryDelayMs: (attempt: number, random?: () => number) => number;
export const socketURL: (location: { protocol: string; host: string }, base?: string) => string;
export function basePath(address: URL): string;
/** A fresh key: it names one intention, so that a second send of it is stored once. */
export const makeKey: () => string;
export function scheduleTimer(action: () => void, delayMs: number): Stop;
export function decodeFrame(text: string): Frame | null;
