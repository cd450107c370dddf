import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, ServerClock } from '../sdk/guichet.js';
import { Subscriptions } from '../state/subscriptions.js';
import { Queue } from '../state/queue.js';
import { FakeSocket, FakeTime, messageEvent, person, settle, snapshot } from './fake-hub.js';

const lina = person('lina');

function setUp() {
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
    const subscriptions = new Subscriptions(connection, { schedule: time.schedule });
    connection.open();
    sockets[0].hello(time.now());
    return { time, sockets, subscriptions, socket: sockets[0] };
}

const joined = (events, fields = {}) => ({
    type: 'joined',
    ticket: snapshot({ id: 't', seq: events.at(-1)?.seq ?? 0 }),
    events,
    seq: events.at(-1)?.seq ?? 0,
    more: false,
    reset: false,
    present: [],
    reads: [],
    ...fields,
});

async function openRoom(events = [messageEvent(1, lina, 'a'), messageEvent(2, lina, 'b')]) {
    const all = setUp();
    const room = all.subscriptions.open('t', 50);
    all.socket.answer(all.socket.last('join'), joined(events));
    await settle();
    return { ...all, room };
}

test('joins a room with the newest events', async () => {
    const { socket, room } = await openRoom();
    assert.equal(socket.last('join').limit, 50);
    assert.equal('after' in socket.last('join'), false);
    assert.deepEqual(room.events.map(({ seq }) => seq), [1, 2]);
});

test('after a drop it rejoins with what it has, and nothing is doubled', async () => {
    const { sockets, socket, time, room } = await openRoom();
    socket.drop();
    time.pass(500);
    sockets[1].hello(time.now());
    assert.equal(sockets[1].last('join').after, 2);
    sockets[1].answer(sockets[1].last('join'), joined([messageEvent(3, lina, 'c')]));
    await settle();
    sockets[1].hear({ type: 'event', ...messageEvent(3, lina, 'c') });
    assert.deepEqual(room.events.map(({ seq }) => seq), [1, 2, 3]);
});

test('a page that ends early is followed by the next', async () => {
    const { socket, subscriptions, room } = await openRoom();
    socket.hear({ type: 'behind', ticket: 't', from: 3, to: 6 });
    socket.answer(
        socket.last('join'),
        joined([messageEvent(3, lina, 'c'), messageEvent(4, lina, 'd')], { more: true, seq: 6 }),
    );
    await settle();
    assert.equal(socket.last('join').after, 4);
    socket.answer(
        socket.last('join'),
        joined([messageEvent(5, lina, 'e'), messageEvent(6, lina, 'f')]),
    );
    await settle();
    assert.deepEqual(room.events.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6]);
    assert.equal(subscriptions.room('t'), room);
});

test('a hole before an event is fetched, not shown', async () => {
    const { socket, room } = await openRoom();
    socket.hear({ type: 'event', ...messageEvent(5, lina, 'e') });
    assert.deepEqual(room.events.map(({ seq }) => seq), [1, 2]);
    assert.equal(socket.last('join').after, 2);
});

test('a reset starts afresh', async () => {
    const { socket, room } = await openRoom();
    socket.hear({ type: 'behind', ticket: 't', from: 3, to: 9 });
    socket.answer(socket.last('join'), joined([messageEvent(1, lina, 'new')], { reset: true }));
    await settle();
    assert.deepEqual(room.events.map(({ message }) => message.body), ['new']);
});

test('two holders share a room, and the last one leaves it', async () => {
    const { socket, subscriptions } = await openRoom();
    subscriptions.open('t', 1);
    subscriptions.close('t');
    assert.equal(socket.all('leave').length, 0);
    subscriptions.close('t');
    assert.equal(socket.all('leave').length, 1);
});

test('a holder that wants more of the past joins afresh', async () => {
    const { socket, subscriptions } = setUp();
    subscriptions.open('t', 1);
    subscriptions.open('t', 50);
    socket.answer(socket.last('join'), joined([messageEvent(9, lina, 'newest')], { more: true }));
    await settle();
    assert.equal(socket.last('join').limit, 50);
    socket.answer(
        socket.last('join'),
        joined([messageEvent(8, lina, 'x'), messageEvent(9, lina, 'newest')]),
    );
    await settle();
    assert.deepEqual(subscriptions.room('t').events.map(({ seq }) => seq), [8, 9]);
});

test('removed: nothing of the ticket stays', async () => {
    const { socket, subscriptions, room } = await openRoom();
    socket.hear({ type: 'removed', ticket: 't' });
    assert.equal(room.gone, 'removed');
    assert.deepEqual(room.events, []);
    assert.equal(subscriptions.room('t'), undefined);
});

test('not_found is a missing room', async () => {
    const { socket, subscriptions } = setUp();
    const room = subscriptions.open('t');
    socket.answer(socket.last('join'), { type: 'error', code: 'not_found' });
    await settle();
    assert.equal(room.gone, 'missing');
});

test('the queue is joined again after a drop, and after a hole in rev', async () => {
    const { sockets, socket, time, subscriptions } = setUp();
    const queue = new Queue();
    subscriptions.openQueue(queue, { limit: 200 });
    socket.answer(socket.last('queue.join'), {
        type: 'queue',
        tickets: [],
        rev: 4,
        more: false,
        counts: {},
    });
    await settle();
    socket.hear({ type: 'queue.event', op: 'upsert', ticket: snapshot(), rev: 6 });
    time.pass(1000);
    assert.equal(socket.all('queue.join').length, 2);
    socket.drop();
    time.pass(500);
    sockets[1].hello(time.now());
    assert.equal(sockets[1].all('queue.join').length, 1);
});
