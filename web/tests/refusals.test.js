// The hub's refusals, over a socket and over REST: the same list, the same outcome.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API } from '../net/api.js';
import { RestSocket } from '../net/rest-socket.js';
import { Connection, Outbox, ServerClock } from '../sdk/guichet.js';
import { FakeOutboxStore, FakeSocket, FakeTime, settle } from './fake-hub.js';

const REFUSALS = [
    { status: 400, code: 'bad_request', field: 'body', state: 'failed' },
    { status: 403, code: 'forbidden', state: 'failed' },
    { status: 404, code: 'not_found', state: 'failed' },
    { status: 409, code: 'already_taken', assignedTo: { id: 'lina', name: 'Lina' }, state: 'failed' },
    { status: 409, code: 'ticket_closed', state: 'failed' },
    { status: 409, code: 'key_mismatch', state: 'failed' },
    { status: 409, code: 'stale', missed: [{ seq: 3 }], current: 3, state: 'held' },
    { status: 413, code: 'too_large', state: 'failed' },
    { status: 429, code: 'rate_limited', retryAfter: 5, state: 'queued' },
    { status: 503, code: 'unavailable', retryAfter: 5, state: 'queued' },
];

/** A connection whose hub refuses with the result of `refusal()`, and accepts if it is null. */
const TRANSPORTS = {
    socket(refusal) {
        const socket = new FakeSocket();
        const { send } = socket;
        socket.send = (text) => {
            send.call(socket, text);
            const frame = socket.sent.at(-1);
            if (frame.type !== 'message') return;
            const { status, state, ...refused } = refusal() ?? {};
            setImmediate(() => socket.answer(frame, refused.code
                ? { type: 'error', message: 'No.', ...refused }
                : { type: 'ack', seq: 9 }));
        };
        setImmediate(() => socket.hello(0));
        return socket;
    },
    rest(refusal) {
        const answer = (status, body, headers) => new Response(JSON.stringify(body), { status, headers });
        const send = async (path, { method }) => {
            if (path === '/api/me') return answer(200, { id: 'me' });
            if (method !== 'POST') return answer(200, { events: [], seq: 0 });
            const { status, state, retryAfter, ...refused } = refusal() ?? {};
            if (!refused.code) return answer(201, { event: { seq: 9 }, message: { id: 'm' }, ticket: {} });
            // Like the hub's problem documents, whose `type` is not a frame's.
            return answer(status, { type: 'about:blank', title: 'No', status, detail: 'No.', ...refused },
                retryAfter ? { 'Retry-After': String(retryAfter) } : {});
        };
        return new RestSocket(new API({ token: () => 'jwt', send }));
    },
};

async function setUp(transport, refusal) {
    const time = new FakeTime();
    let socket = null;
    const connection = new Connection({
        url: 'ws://hub/ws', token: 'jwt', clock: new ServerClock(time.now), schedule: time.schedule,
        openSocket: () => (socket = TRANSPORTS[transport](refusal)),
    });
    const outbox = new Outbox(connection, {
        storage: new FakeOutboxStore(), now: time.now, schedule: time.schedule,
    });
    await outbox.restored;
    connection.open();
    while (!connection.isLive) await settle();
    return { outbox, connection, close: () => socket.close() };
}

const sent = async (item) => {
    while (item.state === 'sending') await settle();
};

test('what the hub refuses is the same over a socket and over REST', async () => {
    for (const transport of Object.keys(TRANSPORTS)) {
        for (const refusal of REFUSALS) await isRefused(transport, refusal);
    }
});

/** The text stays, the reason is shown, and a retry works. */
async function isRefused(transport, refusal) {
    const told = `${refusal.status} ${refusal.code} over ${transport}`;
    let now = refusal;
    const { outbox, close } = await setUp(transport, () => now);
    const item = outbox.post('t', { body: 'Hello' }, 2);
    await sent(item);
    assert.equal(item.state, refusal.state, told);
    assert.deepEqual([outbox.of('t'), item.fields.body], [[item], 'Hello'], told);
    const { status, state, ...said } = refusal;
    for (const [name, value] of Object.entries(said)) assert.deepEqual(item.error[name], value, `${told}: ${name}`);
    now = null;
    outbox.retry(item.key, { force: true });
    await sent(item);
    assert.deepEqual([item.state, item.seq, item.error], ['sent', 9, null], told);
    close();
}

test('a refusal without a problem document is described by its status', async () => {
    for (const [status, code] of [[403, 'forbidden'], [413, 'too_large'], [429, 'rate_limited'], [502, 'unavailable']]) {
        const send = async () => new Response('<html>', { status });
        await assert.rejects(new API({ token: () => 'jwt', send }).me(), { code });
    }
});

test('a token that is refused over REST signs out, as over a socket', async () => {
    const { connection, outbox, close } = await setUp('rest', () => ({ status: 401, code: 'unauthorized' }));
    const item = outbox.post('t', { body: 'Hello' });
    await sent(item);
    assert.deepEqual([connection.status, item.state], ['signed-out', 'queued']);
    close();
});

test('an update over REST that changed nothing is acknowledged', async () => {
    const send = async (path) => new Response(JSON.stringify(path === '/api/me'
        ? { id: 'me' }
        : { event: null, message: null, ticket: { seq: 4, updatedAt: 'now' } }));
    const socket = new RestSocket(new API({ token: () => 'jwt', send }));
    const heard = [];
    socket.onmessage = ({ data }) => heard.push(JSON.parse(data));
    await socket.send(JSON.stringify({ type: 'message', ticket: 't', id: '1', action: 'take' }));
    assert.deepEqual(heard.at(-1), { type: 'ack', ticket: 't', seq: 4, at: 'now', re: '1' });
    socket.close();
});

test('what is asked for every while survives a busy hub, and tells of what is out of sight', async () => {
    let answers = null;
    const send = async (path, { method } = {}) => {
        if (path === '/api/me') return new Response(JSON.stringify({ id: 'me' }));
        if (method === 'POST') return new Response(JSON.stringify({ event: { seq: 3, at: 'now' }, ticket: {} }));
        if (path === '/api/tickets/t/events?limit=50') return new Response(JSON.stringify({ events: [], seq: 2 }));
        if (path === '/api/tickets/t') return new Response(JSON.stringify({ id: 't', seq: 2 }));
        const { status, code } = answers;
        return new Response(JSON.stringify({ code }), { status });
    };
    const socket = new RestSocket(new API({ token: () => 'jwt', send }));
    const heard = [];
    let closed = null;
    socket.onmessage = ({ data }) => heard.push(JSON.parse(data));
    socket.onclose = ({ code }) => (closed = code);
    await socket.send(JSON.stringify({ type: 'join', ticket: 't', id: '1', limit: 50 }));
    const polled = async (answer) => {
        answers = answer;
        // The effects of the person's own commands are fetched at once.
        await socket.send(JSON.stringify({ type: 'message', ticket: 't', id: '2', body: 'x' }));
        for (let turn = 0; turn < 5; turn += 1) await settle();
        return heard.at(-1).type;
    };
    for (const answer of [{ status: 503, code: 'unavailable' }, { status: 429, code: 'rate_limited' }]) {
        assert.equal(await polled(answer), 'ack');
        assert.equal(closed, null);
    }
    assert.equal(await polled({ status: 404, code: 'not_found' }), 'removed');
    assert.equal(closed, null);
    socket.close();
});

test('an unreadable answer is not a refusal: the outcome is unknown, so the same key is sent again', async () => {
    for (const body of ['<html>Sign in to the network</html>', '{"id": "6b0', '']) {
        const api = new API({ token: () => 'jwt', send: async () => new Response(body, { status: 200 }) });
        await assert.rejects(api.create({ title: 'x' }, 'k'), ({ code, isTransient }) => code === 'unavailable' && isTransient);
    }
});
