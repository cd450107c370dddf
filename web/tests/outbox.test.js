import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../net/connection.js';
import { Outbox } from '../net/outbox.js';
import { ServerClock } from '../net/server-clock.js';
import { FakeSocket, FakeStorage, FakeTime, settle } from './fake-hub.js';

function setUp(storage = new FakeStorage()) {
    const time = new FakeTime();
    const sockets = [];
    const openSocket = (url, protocols) =>
        sockets[sockets.push(new FakeSocket(url, protocols)) - 1];
    const connection = new Connection({
        url: 'ws://hub/ws',
        token: 'jwt',
        clock: new ServerClock(time.now),
        openSocket,
        schedule: time.schedule,
        random: () => 1,
    });
    const outbox = new Outbox(connection, {
        storage,
        name: 'outbox',
        now: time.now,
        schedule: time.schedule,
    });
    connection.open();
    return {
        time,
        sockets,
        connection,
        outbox,
        storage,
        greet: () => sockets.at(-1).hello(time.now()),
    };
}

test('a message goes out with a key, and is sent when acknowledged', async () => {
    const { sockets: [socket], outbox, greet } = setUp();
    greet();
    const item = outbox.post('t', { body: 'hi' });
    assert.equal(item.state, 'sending');
    assert.match(socket.last('message').key, /^[0-9a-f]{32}$/);
    socket.answer(socket.last('message'), { type: 'ack', seq: 7 });
    await settle();
    assert.deepEqual([item.state, item.seq, outbox.size], ['sent', 7, 0]);
});

test('offline it waits, and goes out in order once live', () => {
    const { sockets: [socket], outbox, greet } = setUp();
    outbox.post('t', { body: 'one' });
    outbox.post('t', { body: 'two' });
    assert.equal(outbox.size, 2);
    greet();
    assert.deepEqual(socket.all('message').map(({ body }) => body), ['one', 'two']);
});

test('a drop before the acknowledgement sends the same key again', async () => {
    const { time, sockets, outbox, greet } = setUp();
    greet();
    outbox.post('t', { body: 'hi' });
    const { key } = sockets[0].last('message');
    sockets[0].drop();
    await settle();
    time.pass(500);
    greet();
    assert.deepEqual(sockets[1].all('message').map((frame) => frame.key), [key]);
    sockets[1].answer(sockets[1].last('message'), { type: 'ack', seq: 3, replayed: true });
    await settle();
    assert.equal(outbox.size, 0);
});

test('a reload sends what was not acknowledged, under its old key', () => {
    const storage = new FakeStorage();
    const before = setUp(storage);
    before.greet();
    before.outbox.post('t', { body: 'hi' });
    const { key } = before.sockets[0].last('message');
    const after = setUp(storage);
    after.greet();
    assert.equal(after.sockets[0].last('message').key, key);
});

test('what was acknowledged is not sent after a reload', async () => {
    const storage = new FakeStorage();
    const before = setUp(storage);
    before.greet();
    before.outbox.post('t', { body: 'hi' });
    before.sockets[0].answer(before.sockets[0].last('message'), { type: 'ack', seq: 1 });
    await settle();
    const after = setUp(storage);
    after.greet();
    assert.equal(after.sockets[0].all('message').length, 0);
});

test('a refusal fails and can be tried again', async () => {
    const { sockets: [socket], outbox, greet } = setUp();
    greet();
    const item = outbox.post('t', { body: 'hi' });
    socket.answer(socket.last('message'), { type: 'error', code: 'ticket_closed' });
    await settle();
    assert.equal(item.state, 'failed');
    outbox.retry(item.key);
    assert.equal(socket.all('message').length, 2);
});

test('the compose guard holds the message, and force passes it', async () => {
    const { sockets: [socket], outbox, greet } = setUp();
    greet();
    const held = [];
    outbox.on('held', (item) => held.push(item));
    const item = outbox.post('t', { body: 'hi', baseSeq: 2 });
    socket.answer(socket.last('message'), { type: 'error', code: 'stale', missed: [{ seq: 3 }] });
    await settle();
    assert.deepEqual([item.state, held[0].error.missed.length], ['held', 1]);
    outbox.retry(item.key, { force: true });
    assert.equal(socket.last('message').force, true);
});

test('rate_limited waits for as long as the hub says', async () => {
    const { time, sockets: [socket], outbox, greet } = setUp();
    greet();
    outbox.post('t', { body: 'hi' });
    socket.answer(socket.last('message'), { type: 'error', code: 'rate_limited', retryAfter: 3 });
    await settle();
    time.pass(2900);
    assert.equal(socket.all('message').length, 1);
    time.pass(200);
    assert.equal(socket.all('message').length, 2);
});

test('a storage with nonsense in it is an empty outbox', () => {
    const storage = new FakeStorage();
    storage.setItem('outbox', '{"a":');
    assert.equal(setUp(storage).outbox.size, 0);
});
