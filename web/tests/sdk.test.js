// The module for other applications.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basePath, Hub } from '../sdk/guichet.js';
import { FakeSocket, FakeTime, messageEvent, person, settle, snapshot } from './fake-hub.js';

function setUp() {
    const time = new FakeTime();
    const sockets = [];
    const hub = new Hub({
        url: 'https://hub.test/some/page',
        token: 'jwt',
        openSocket: (url, protocols) => sockets[sockets.push(new FakeSocket(url, protocols)) - 1],
        schedule: time.schedule,
        random: () => 1,
    });
    const opened = hub.open();
    sockets[0].hello(time.now());
    return { time, sockets, hub, opened };
}

const joined = (ticket, events, extra = {}) =>
    ({ type: 'joined', ticket, events, seq: events.at(-1)?.seq ?? 0, more: false, ...extra });

async function joinedRoom(world, events) {
    const joining = world.hub.join('T-1');
    const [socket] = world.sockets;
    socket.answer(socket.last('join'), joined(snapshot({ id: 't' }), events));
    const room = await joining;
    const heard = [];
    room.on('event', ({ seq }) => heard.push(seq));
    return { room, heard, socket };
}

const ann = person('ann', 'client');

test('opens beside the page and resolves with the greeting', async () => {
    const { sockets, opened } = setUp();
    assert.equal(sockets[0].url, 'wss://hub.test/ws');
    assert.equal((await opened).you.id, 'me');
});

test('an address with a slash is the path that the hub is below', () => {
    const socketOf = (url) => new Hub({ url, token: 'jwt' }).connection.url;
    assert.equal(socketOf('https://example.org/support/'), 'wss://example.org/support/ws');
    assert.equal(socketOf('https://example.org/a/b//'), 'wss://example.org/a/b/ws');
    assert.equal(socketOf('http://example.org'), 'ws://example.org/ws');
});

test('a page of the hub says where the hub is', () => {
    const location = new URL('https://example.org/support/client-portal/tickets/');
    const document = { querySelector: () => ({ content: '/support' }) };
    assert.equal(basePath(location, { document, location }), '/support');
    assert.equal(basePath(new URL('https://other.org/'), { document, location }), '');
});

test('a room gets each event once and requests what is missing', async () => {
    const world = setUp();
    const { room, heard, socket } = await joinedRoom(world, [messageEvent(1, ann, 'a')]);
    socket.hear({ type: 'event', ...messageEvent(2, ann, 'b') });
    socket.hear({ type: 'event', ...messageEvent(2, ann, 'b') });
    socket.hear({ type: 'event', ...messageEvent(4, ann, 'd') });
    assert.deepEqual([heard, socket.last('join').after], [[2], 2]);
    const missing = [messageEvent(3, ann, 'c'), messageEvent(4, ann, 'd')];
    socket.answer(socket.last('join'), joined(room.head, missing));
    await settle();
    assert.deepEqual(heard, [2, 3, 4]);
});

test('after a drop it resumes where it was', async () => {
    const world = setUp();
    const { heard } = await joinedRoom(world, [messageEvent(5, ann, 'e')]);
    world.sockets[0].drop();
    world.time.pass(500);
    const [, again] = world.sockets;
    again.hello(world.time.now());
    assert.equal(again.last('join').after, 5);
    again.answer(again.last('join'), joined(snapshot({ id: 't' }), [messageEvent(6, ann, 'f')]));
    await settle();
    assert.deepEqual(heard, [6]);
});

test('a room that was taken away says so and stays silent', async () => {
    const { room, heard, socket } = await joinedRoom(setUp(), []);
    let isRemoved = false;
    room.on('removed', () => (isRemoved = true));
    socket.hear({ type: 'removed', ticket: 't' });
    socket.hear({ type: 'event', ...messageEvent(1, ann, 'a') });
    assert.deepEqual([isRemoved, heard], [true, []]);
});

test('send goes through the outbox, update carries a key', () => {
    const { hub, sockets: [socket] } = setUp();
    hub.send('t', 'hello');
    hub.update('t', { action: 'take' }).catch(() => {});
    assert.equal(socket.last('message').body, 'hello');
    assert.match(socket.last('update').key, /^[0-9a-f]{32}$/);
    assert.equal(socket.last('update').action, 'take');
});

test('the queue begins with a reset, and a hole in it makes another', async () => {
    const { hub, sockets: [socket] } = setUp();
    const seen = [];
    hub.queue({ status: 'open' }, ({ op }) => seen.push(op));
    socket.answer(socket.last('queue.join'), { type: 'queue', tickets: [], counts: {}, rev: 0 });
    await settle();
    socket.hear({ type: 'queue.event', op: 'upsert', ticket: snapshot(), rev: 1 });
    socket.hear({ type: 'queue.event', op: 'remove', id: 'x', rev: 3 });
    assert.deepEqual([seen, socket.all('queue.join').length], [['reset', 'upsert'], 2]);
});

test('another queue takes the place of the one before', async () => {
    const { hub, sockets: [socket] } = setUp();
    const [first, second] = [[], []];
    const stopFirst = hub.queue({ status: 'open' }, ({ op }) => first.push(op));
    socket.answer(socket.last('queue.join'), { type: 'queue', tickets: [], counts: {}, rev: 0 });
    await settle();
    const stop = hub.queue({ status: 'resolved' }, ({ op }) => second.push(op));
    socket.answer(socket.last('queue.join'), { type: 'queue', tickets: [], counts: {}, rev: 0 });
    await settle();
    stopFirst();
    socket.hear({ type: 'queue.event', op: 'upsert', ticket: snapshot(), rev: 1 });
    stop();
    socket.hear({ type: 'queue.event', op: 'upsert', ticket: snapshot(), rev: 2 });
    assert.deepEqual([first, second], [['reset'], ['reset', 'upsert']]);
});

// Browsers deliver each frame in a separate turn; `ws` and Node deliver frames that arrived
// together in one.
test('events in one packet with an answer are handled after it', async () => {
    const world = setUp();
    const [socket] = world.sockets;
    const turns = () => new Promise((next) => setTimeout(next, 20));
    const joining = world.hub.join('T-1');
    const answer = joined(snapshot({ id: 't' }), [messageEvent(1, ann, 'a')]);
    socket.answer(socket.last('join'), answer);
    socket.hear({ type: 'event', ...messageEvent(2, ann, 'b') });
    const room = await joining;
    const heard = [];
    room.on('event', ({ seq }) => heard.push(seq));
    await turns();
    assert.deepEqual([heard, room.seq], [[2], 2]);
    const resuming = room.resume();
    socket.answer(socket.last('join'), joined(room.head, [messageEvent(3, ann, 'c')]));
    for (const seq of [4, 5]) socket.hear({ type: 'event', ...messageEvent(seq, ann, 'd') });
    socket.drop();
    await resuming;
    await turns();
    assert.deepEqual(heard, [2, 3, 4, 5]);
    assert.equal(world.hub.connection.isLive, false);
});
