// A hub in memory behind sockets that answer by themselves: one ticket, its log, and a list of
// valid tokens. For tests that run the examples of a document.

import { FakeSocket, messageEvent, person, snapshot } from './fake-hub.js';

export class PlayedHub {
    sockets = [];
    events = [];
    /** The tokens of calls to `GET /api/me`. */
    asked = [];

    /** @param {{events?: number, page?: number, tokens?: string[], refuse?: Object<string, object>}} options
     *     `refuse`: type of a command → the error that answers it */
    constructor({ events = 0, page = 50, tokens = ['jwt'], refuse = {} } = {}) {
        Object.assign(this, { page, tokens, refuse });
        this.snapshot = snapshot({ id: 't', ref: 'T-1042' });
        for (let n = 0; n < events; n += 1) this.say(`m${n + 1}`);
    }

    get socket() {
        return this.sockets.at(-1);
    }

    openSocket = (url, protocols) => {
        const socket = new FakeSocket(url, protocols);
        this.sockets.push(socket);
        const token = protocols[1]?.replace('bearer.', '');
        const { send } = socket;
        socket.send = (text) => {
            send.call(socket, text);
            setImmediate(() => socket.readyState === 1 && this.#answer(socket, JSON.parse(text)));
        };
        setImmediate(() => {
            if (this.tokens.includes(token)) socket.hello(Date.now());
            else socket.drop(1006);
        });
        return socket;
    };

    fetch = async (url, { headers }) => {
        this.asked.push({ url, headers });
        const token = headers.Authorization?.replace('Bearer ', '');
        return this.tokens.includes(token)
            ? new Response('{}')
            : new Response(JSON.stringify({ code: 'unauthorized', detail: 'The token has expired.' }), { status: 401 });
    };

    /** A message of another person, live for members. */
    say(body, by = person('ann', 'client')) {
        const event = { ...messageEvent(this.events.length + 1, by, body), at: '2026-01-05T09:00:00.000Z' };
        this.events.push(event);
        for (const socket of this.sockets) {
            if (socket.isJoined && socket.readyState === 1) socket.hear({ type: 'event', ...event });
        }
        return event;
    }

    #answer(socket, frame) {
        const refusal = this.refuse[frame.type];
        if (refusal) return socket.answer(frame, { type: 'error', ...refusal });
        const answer = this[`answer_${frame.type.replace('.', '_')}`]?.(socket, frame);
        if (answer) socket.answer(frame, answer);
    }

    answer_ping = () => ({ type: 'pong', time: new Date().toISOString() });
    answer_leave = (socket) => ((socket.isJoined = false), { type: 'left', ticket: 't' });
    answer_auth = (_, { token }) => (this.tokens.includes(token)
        ? { type: 'authed', exp: 0 }
        : { type: 'error', code: 'unauthorized', message: 'The token has expired.' });

    answer_message = (_, { body }) => ({ type: 'ack', ticket: 't', seq: this.say(body, person('me')).seq });
    answer_update = () => ({ type: 'ack', ticket: 't', seq: this.events.length });
    answer_queue_join = () => ({ type: 'queue', tickets: [this.snapshot], counts: {}, more: false, rev: 0 });

    answer_join = (socket, { after }) => {
        socket.isJoined = true;
        const behind = after === undefined ? this.events.slice(-this.page) : this.events.slice(after, after + this.page);
        const seq = this.events.length;
        const more = after === undefined ? seq > this.page : seq > after + this.page;
        return { type: 'joined', ticket: this.snapshot, events: behind, seq, more };
    };
}
