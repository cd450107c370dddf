import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, Outbox, ServerClock } from '../sdk/guichet.js';
import { FakeOutboxStore, FakeSocket, FakeTime, settle } from './fake-hub.js';

async function setUp(storage = new FakeOutboxStore()) {
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
        now: time.now,
        schedule: time.schedule,
    });
    connection.open();
    await outbox.restored;
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
    const { sockets: [socket], outbox, greet } = await setUp();
    greet();
    const item = outbox.post('t', { body: 'hi' });
    assert.equal(item.state, 'sending');
    assert.match(socket.last('message').key, /^[0-9a-f]{32}$/);
    socket.answer(socket.last('message'), { type: 'ack', seq: 7 });
    await settle();
    assert.deepEqual([item.state, item.seq, outbox.size], ['sent', 7, 0]);
});

test('offline it waits, and goes out in order once live', async () => {
    const { sockets: [socket], outbox, greet } = await setUp();
    outbox.post('t', { body: 'one' });
    outbox.post('t', { body: 'two' });
    assert.equal(outbox.size, 2);
    greet();
    assert.deepEqual(socket.all('message').map(({ body }) => body), ['one', 'two']);
});

test('a drop before the acknowledgement sends the same key again', async () => {
    const { time, sockets, outbox, greet } = await setUp();
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

test('a reload sends what was not acknowledged, under its old key', async () => {
    const storage = new FakeOutboxStore();
    const before = await setUp(storage);
    before.greet();
    before.outbox.post('t', { body: 'hi' });
    const { key } = before.sockets[0].last('message');
    const after = await setUp(storage);
    after.greet();
    assert.equal(after.sockets[0].last('message').key, key);
});

test('what was acknowledged is not sent after a reload', async () => {
    const storage = new FakeOutboxStore();
    const before = await setUp(storage);
    before.greet();
    before.outbox.post('t', { body: 'hi' });
    before.sockets[0].answer(before.sockets[0].last('message'), { type: 'ack', seq: 1 });
    await settle();
    const after = await setUp(storage);
    after.greet();
    assert.equal(after.sockets[0].all('message').length, 0);
});

test('a refusal fails and can be tried again', async () => {
    const { sockets: [socket], outbox, greet } = await setUp();
    greet();
    const item = outbox.post('t', { body: 'hi' });
    socket.answer(socket.last('message'), { type: 'error', code: 'ticket_closed' });
    await settle();
    assert.equal(item.state, 'failed');
    outbox.retry(item.key);
    assert.equal(socket.all('message').length, 2);
});

test('the compose guard holds the message, and force passes it', async () => {
    const { sockets: [socket], outbox, greet } = await setUp();
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
    const { time, sockets: [socket], outbox, greet } = await setUp();
    greet();
    outbox.post('t', { body: 'hi' });
    socket.answer(socket.last('message'), { type: 'error', code: 'rate_limited', retryAfter: 3 });
    await settle();
    time.pass(2900);
    assert.equal(socket.all('message').length, 1);
    time.pass(200);
    assert.equal(socket.all('message').length, 2);
});

test('a storage that fails or holds nonsense is an empty outbox', async () => {
    const broken = new FakeOutboxStore();
    broken.all = () => Promise.reject(new Error('no disk'));
    assert.equal((await setUp(broken)).outbox.size, 0);
    const odd = new FakeOutboxStore();
    odd.put({ key: 'a' });
    assert.equal((await setUp(odd)).outbox.size, 0);
});

test('a delayed message may be taken back, and goes out when its time is over', async () => {
    const { time, sockets: [socket], outbox, greet } = await setUp();
    greet();
    const first = outbox.post('t', { body: 'no' }, 0, { delayMs: 8000 });
    const second = outbox.post('t', { body: 'yes' }, 0, { delayMs: 8000 });
    assert.deepEqual([first.state, socket.all('message').length], ['delayed', 0]);
    time.pass(7999);
    assert.equal(outbox.drop(first.key).fields.body, 'no');
    time.pass(1);
    await settle();
    assert.deepEqual(socket.all('message').map(({ key }) => key), [second.key]);
});

test('a reload keeps the rest of a delay, and what another tab took back stays back', async () => {
    const storage = new FakeOutboxStore();
    const before = await setUp(storage);
    before.greet();
    const item = before.outbox.post('t', { body: 'hm' }, 0, { delayMs: 8000 });
    const after = await setUp(storage);
    after.greet();
    assert.equal(after.outbox.of('t')[0].state, 'delayed');
    before.outbox.drop(item.key);
    after.time.pass(8000);
    await settle();
    assert.equal(after.sockets[0].all('message').length, 0);
});

test('a ticket created offline goes out once, under the key of its form', async () => {
    const { sockets: [socket], outbox, greet } = await setUp();
    outbox.create({ title: 'Printer' }, 'form-key');
    outbox.create({ title: 'Printer' }, 'form-key');
    const created = [];
    outbox.on('sent', ({ answer }) => created.push(answer.ticket.ref));
    greet();
    assert.deepEqual(socket.all('create').map(({ key }) => key), ['form-key']);
    socket.answer(socket.last('create'), { type: 'created', ticket: { ref: 'T-1' } });
    await settle();
    assert.deepEqual(created, ['T-1']);
});

test('what may still be taken back is handed over when the page closes, under its key', async () => {
    const storage = new FakeOutboxStore();
    const { sockets: [socket], outbox, greet } = await setUp(storage);
    greet();
    const item = outbox.post('t', { body: 'hi' }, 0, { delayMs: 8000 });
    outbox.post('t', { body: 'now' });
    const handed = [];
    outbox.handOver(({ key, fields }) => handed.push([key, fields.body]));
    assert.deepEqual(handed, [[item.key, 'hi']]);
    assert.deepEqual(socket.all('message').map(({ body }) => body), ['now']);
    // The next page sends it again at once; the hub stores a key once.
    const after = await setUp(storage);
    after.greet();
    assert.ok(after.sockets[0].all('message').some(({ key }) => key === item.key));
});
