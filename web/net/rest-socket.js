// A socket over REST, for networks that block WebSockets. Commands become calls; rooms and the
// queue are polled every ten seconds.

import { CLOSE_SIGNED_OUT } from '../sdk/wire.js';

const POLL_MS = 10_000;
/** A real socket is tried again so often. */
const TRY_EVERY_MS = 5000;
const MESSAGE_FIELDS = ['body', 'internal', 'attachments', 'mentions', 'action', 'set', 'baseSeq',
    'force', 'key'];

const pick = (frame, names) =>
    Object.fromEntries(names.filter((name) => frame[name] !== undefined).map((name) => [name, frame[name]]));

export class RestSocket {
    readyState = 1;
    /** Ticket id → the newest delivered `seq`. */
    #rooms = new Map();
    #queue = null;
    #rev = 0;
    #timers = [];

    /**
     * @param {import('./api.js').API} api
     * @param {{openSocket?: () => WebSocket}} [options] a real socket, to try whether there are any
     */
    constructor(api, { openSocket } = {}) {
        Object.assign(this, { api, openSocket });
        this.#greet();
        this.#timers = [setInterval(() => this.#poll(), POLL_MS)];
        if (openSocket) this.#timers.push(setInterval(() => this.#try(), TRY_EVERY_MS));
    }

    /** Where a real socket opens, the connection reconnects with one. */
    #try() {
        const socket = this.openSocket();
        socket.onopen = () => {
            socket.close();
            this.#end();
        };
        socket.onerror = () => {};
    }

    async send(text) {
        const frame = JSON.parse(text);
        const answer = await this.#answer(frame).catch((error) => this.#refused(error));
        if (answer && frame.id !== undefined) this.#say({ ...answer, re: frame.id });
        // The effects of the person's own commands are fetched at once.
        if (answer?.type === 'ack') this.#poll();
    }

    close() {
        this.readyState = 3;
        for (const timer of this.#timers) clearTimeout(timer);
    }

    /** Converts a refusal to the form of a socket: a problem document has a `type` of its own. */
    #refused({ code, frame }) {
        if (code === 'unauthorized') this.#end(CLOSE_SIGNED_OUT);
        // Closes like a real socket, so that unconfirmed messages are sent again.
        else if (code === 'disconnected') this.#end();
        return { ...frame, type: 'error', code: frame?.code ?? 'unavailable' };
    }

    async #greet() {
        try {
            const you = await this.api.me();
            if (this.openSocket) this.#try();
            this.#say({ type: 'hello', you, time: new Date().toISOString(), build: null,
                limits: {}, isDegraded: true });
        } catch (error) {
            this.#end(error.code === 'unauthorized' ? CLOSE_SIGNED_OUT : 1006);
        }
    }

    async #answer(frame) {
        const { type, ticket, key } = frame;
        const headers = key ? { 'Idempotency-Key': key } : {};
        const path = `/api/tickets/${encodeURIComponent(ticket ?? '')}`;
        switch (type) {
            case 'ping':
                return { type: 'pong', time: new Date().toISOString() };
            case 'join':
                return this.#join(frame);
            case 'leave':
                this.#rooms.delete(ticket);
                return { type: 'left', ticket };
            case 'message': {
                const body = pick(frame, MESSAGE_FIELDS);
                const { event, message, ticket: snapshot } = await this.api.request('POST', path, { body });
                // A command that changed nothing, or whose event this reader may not see, has no
                // event.
                return { type: 'ack', ticket, seq: event?.seq ?? snapshot.seq, messageId: message?.id,
                    at: event?.at ?? snapshot.updatedAt };
            }
            case 'update': {
                const body = { ...frame.set, ...pick(frame, ['action']) };
                const match = frame.ifSeq === undefined ? {} : { 'If-Match': `"${frame.ifSeq}"` };
                const snapshot = await this.api.request('PATCH', path, { body, headers: { ...headers, ...match } });
                return { type: 'ack', ticket, seq: snapshot.seq, at: snapshot.updatedAt };
            }
            case 'create':
                return { type: 'created', ticket: await this.api.create(frame.set, key) };
            case 'read':
                return this.api.request('POST', `${path}/read`, { body: { seq: frame.seq } });
            case 'queue.join':
                this.#queue = frame;
                return this.#readQueue();
            default:
                return null;  // presence and typing have no REST side
        }
    }

    async #join({ ticket, after, limit }) {
        const query = after === undefined ? { limit } : { after, limit: 500 };
        const [detail, page] = await Promise.all([this.api.ticket(ticket), this.api.events(ticket, query)]);
        const { messages, history, more, ...snapshot } = detail;
        this.#rooms.set(snapshot.id, page.seq);
        return { type: 'joined', present: [], reads: [], ...page, ticket: snapshot };
    }

    async #readQueue() {
        const { filter = {}, limit } = this.#queue;
        const page = await this.api.tickets({ ...filter, limit, sort: 'urgency' });
        return { type: 'queue', tickets: page.tickets, counts: page.counts ?? {}, rev: ++this.#rev,
            more: Boolean(page.next) };
    }

    async #poll() {
        if (this.#queue) await this.#heed(async () => this.#say(await this.#readQueue()));
        for (const [id, after] of this.#rooms) {
            if (this.readyState === 3) return;
            await this.#heed(async () => {
                const { events, seq } = await this.api.events(id, { after, limit: 500 });
                this.#rooms.set(id, Math.max(after, seq));
                for (const event of events) this.#say({ type: 'event', ...event });
            }, id);
        }
    }

    /** A busy hub is asked again with the next turn; an unreachable hub ends the socket. */
    async #heed(ask, ticket) {
        try {
            await ask();
        } catch (error) {
            const { code } = error;
            if (code === 'unauthorized') this.#end(CLOSE_SIGNED_OUT);
            else if (ticket && error.isGone) {
                this.#rooms.delete(ticket);
                this.#say({ type: 'removed', ticket });
            } else if (!['rate_limited', 'unavailable', 'timeout'].includes(code)) this.#end();
        }
    }

    #end(code = 1006) {
        if (this.readyState === 3) return;
        this.close();
        this.onclose?.({ code });
    }

    #say(frame) {
        if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(frame) });
    }
}
