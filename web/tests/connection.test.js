import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, retryDelayMs, ServerClock } from '../sdk/guichet.js';
import { watchHub } from '../net/hub-watch.js';
import { FakeSocket, FakeTime, settle } from './fake-hub.js';

function setUp(options = {}) {
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
        ...options,
    });
    const statuses = [];
    connection.on('status', (status) => statuses.push(status));
    connection.open();
    return { time, sockets, connection, statuses };
}

test('asks for the subprotocol and brings the token', () => {
    assert.deepEqual(setUp().sockets[0].protocols, ['guichet.v1', 'bearer.jwt']);
});

test('is live once the hub has said hello, and not before', () => {
    const { sockets, time, connection, statuses } = setUp();
    assert.equal(connection.isLive, false);
    sockets[0].hello(time.now());
    assert.deepEqual(statuses, ['connecting', 'live']);
});

test('matches answers to commands by re, in any order', async () => {
    const { sockets: [socket], time, connection } = setUp();
    socket.hello(time.now());
    const [first, second] = [
        connection.command({ type: 'update', n: 1 }),
        connection.command({ type: 'update', n: 2 }),
    ];
    const [one, two] = socket.all('update');
    socket.answer(two, { type: 'ack', seq: 2 });
    socket.answer(one, { type: 'ack', seq: 1 });
    assert.equal((await first).seq, 1);
    assert.equal((await second).seq, 2);
});

test('an error rejects its own command, with its frame', async () => {
    const { sockets: [socket], time, connection } = setUp();
    socket.hello(time.now());
    const command = connection.command({ type: 'update' });
    socket.answer(socket.last('update'), {
        type: 'error',
        code: 'already_taken',
        assignedTo: { name: 'Lina' },
    });
    await assert.rejects(command, ({ code, frame }) =>
        code === 'already_taken' && frame.assignedTo.name === 'Lina');
});

test('a drop rejects what waits and reconnects with growing delays', async () => {
    const { sockets, time, connection } = setUp();
    sockets[0].hello(time.now());
    const command = connection.command({ type: 'update' });
    sockets[0].drop();
    await assert.rejects(command, { code: 'disconnected' });
    time.pass(499);
    assert.equal(sockets.length, 1);
    time.pass(1);
    assert.equal(sockets.length, 2);
    sockets[1].drop();
    time.pass(999);
    assert.equal(sockets.length, 2);
    time.pass(1);
    assert.equal(sockets.length, 3);
});

test('the client reconnects exactly when the drain says', () => {
    const { sockets, time } = setUp();
    sockets[0].hello(time.now());
    sockets[0].hear({ type: 'drain', reconnectIn: 7300 });
    sockets[0].drop(1001);
    time.pass(7299);
    assert.equal(sockets.length, 1);
    time.pass(1);
    assert.equal(sockets.length, 2);
});

test('4401 ends the session and does not reconnect', () => {
    const { sockets, time, connection } = setUp();
    sockets[0].hello(time.now());
    sockets[0].drop(4401);
    time.pass(120_000);
    assert.equal(connection.status, 'signed-out');
    assert.equal(sockets.length, 1);
});

test('a refused upgrade is asked about over HTTP', async () => {
    const { sockets, connection } = setUp({ isRefused: async () => true });
    sockets[0].drop();
    await settle();
    assert.equal(connection.status, 'signed-out');
});

test('thirty seconds without success are offline', () => {
    const { sockets, time, connection } = setUp();
    for (let at = 0; at < 60; at += 1) {
        if (sockets.at(-1).readyState === 1) sockets.at(-1).drop();
        time.pass(1000);
    }
    assert.equal(connection.status, 'offline');
});

test('a silent socket is given up', async () => {
    const { sockets, time } = setUp();
    sockets[0].hello(time.now());
    for (let at = 0; at < 40; at += 1) {
        time.pass(1000);
        await settle();
    }
    assert.ok(sockets.length >= 2);
    assert.equal(sockets[0].readyState, 3);
});

test('a pong sets the clock: ten minutes of error do not matter', async () => {
    const { sockets: [socket], time, connection } = setUp();
    socket.hello(time.now() + 600_000);
    const ping = socket.last('ping');
    time.pass(40);
    socket.answer(ping, { type: 'pong', time: new Date(time.now() - 20 + 600_000).toISOString() });
    await settle();
    assert.equal(connection.clock.rttMs, 40);
    assert.equal(connection.clock.now(), time.now() + 600_000);
});

test('a burst beyond the hub\'s limit is spread over time', () => {
    const { sockets: [socket], time, connection } = setUp();
    socket.hello(time.now());
    for (let n = 0; n < 100; n += 1) connection.tell({ type: 'read', n });
    assert.ok(socket.all('read').length < 60);
    time.pass(5000);
    assert.deepEqual(
        socket.all('read').map(({ n }) => n),
        Array.from({ length: 100 }, (_, n) => n),
    );
});

test('full jitter stays between nothing and twenty seconds', () => {
    assert.equal(retryDelayMs(0, () => 1), 500);
    assert.equal(retryDelayMs(3, () => 1), 4000);
    assert.equal(retryDelayMs(50, () => 1), 20_000);
    assert.equal(retryDelayMs(5, () => 0), 0);
});

test('an error that no close follows ends a socket too', () => {
    const { time, sockets, connection } = setUp();
    sockets[0].onerror({});
    time.pass(60_000);
    assert.ok(sockets.length > 1);
    sockets[0].onclose({ code: 1006 });
    sockets.at(-1).hello(time.now());
    assert.equal(connection.status, 'live');
});

test('a hub that is back is found within seconds, however long it was away', async () => {
    let isUp = false;
    const { time, sockets, connection } = setUp();
    watchHub(connection, { isUp: async () => isUp, schedule: time.schedule });
    for (let second = 0; second < 300; second += 1) {
        if (sockets.at(-1).readyState === 1) sockets.at(-1).drop();
        time.pass(1000);
        await settle();
    }
    const before = sockets.length;
    isUp = true;
    for (let second = 0; second < 5 && sockets.length === before; second += 1) {
        time.pass(1000);
        await settle();
    }
    assert.ok(sockets.length > before, 'no socket within five seconds');
});
