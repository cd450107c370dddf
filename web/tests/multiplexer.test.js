// Several tabs on one socket.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Multiplexer } from '../net/multiplexer.js';
import { FakeSocket, FakeTime, snapshot } from './fake-hub.js';

function setUp(count = 2) {
    const time = new FakeTime();
    const sockets = [];
    const multiplexer = new Multiplexer({
        openSocket: (url, protocols) => sockets[sockets.push(new FakeSocket(url, protocols)) - 1],
        now: time.now,
    });
    const tabs = Array.from({ length: count }, () => {
        const posted = [];
        const tab = multiplexer.attach((message) => posted.push(message));
        const open = () => tab.receive({ kind: 'open', url: 'ws://hub/ws', protocols: ['p'] });
        const send = (frame) => tab.receive({ kind: 'send', text: JSON.stringify(frame) });
        const frames = (type) => posted.filter(({ kind }) => kind === 'frame').map(({ data }) =>
            JSON.parse(data)).filter((frame) => frame.type === type);
        return { ...tab, open, send, frames, posted };
    });
    return { time, sockets, tabs };
}

function live(count) {
    const world = setUp(count);
    for (const tab of world.tabs) tab.open();
    world.sockets[0].hello(world.time.now());
    return world;
}

test('five tabs open one socket, and each is greeted', () => {
    const { sockets, tabs } = live(5);
    assert.equal(sockets.length, 1);
    for (const tab of tabs) assert.equal(tab.frames('hello').length, 1);
});

test('a tab that comes later is greeted with the time that it is then', () => {
    const { time, tabs: [first, late], sockets } = setUp(2);
    first.open();
    sockets[0].hello(time.now());
    time.pass(60_000);
    late.open();
    assert.equal(Date.parse(late.frames('hello')[0].time), time.now());
});

test('an answer goes to the tab that asked, under its own id', () => {
    const { sockets: [socket], tabs: [a, b] } = live();
    a.send({ type: 'update', id: '1' });
    b.send({ type: 'update', id: '1' });
    const [first, second] = socket.all('update');
    assert.notEqual(first.id, second.id);
    socket.answer(second, { type: 'ack', seq: 2 });
    assert.deepEqual([a.frames('ack'), b.frames('ack')], [[], [{ type: 'ack', seq: 2, re: '1' }]]);
});

test('an event reaches every tab', () => {
    const { sockets: [socket], tabs } = live(3);
    socket.hear({ type: 'event', ticket: 't', seq: 1 });
    for (const tab of tabs) assert.equal(tab.frames('event').length, 1);
});

test('a room is left when its last tab leaves it', () => {
    const { sockets: [socket], tabs: [a, b] } = live();
    for (const tab of [a, b]) tab.send({ type: 'join', id: 'j', ticket: 't' });
    for (const join of socket.all('join')) {
        socket.answer(join, { type: 'joined', ticket: snapshot({ id: 't' }) });
    }
    a.send({ type: 'leave', id: 'l', ticket: 't' });
    assert.equal(socket.all('leave').length, 0);
    assert.deepEqual(a.frames('left')[0], { type: 'left', re: 'l', ticket: 't' });
    b.detach();
    assert.equal(socket.all('leave').length, 1);
});

test('a join of the queue starts it afresh in the other tabs too', () => {
    const { sockets: [socket], tabs: [a, b] } = live();
    b.send({ type: 'queue.join', id: 'q' });
    socket.answer(socket.last('queue.join'), { type: 'queue', tickets: [], rev: 0 });
    assert.equal(b.frames('queue')[0].re, 'q');
    assert.deepEqual(a.frames('queue'), [{ type: 'queue', tickets: [], rev: 0 }]);
});

test('a ticket is looked at as long as one tab does', () => {
    const { sockets: [socket], tabs: [a, b] } = live();
    for (const [tab, focus] of [[a, true], [b, true], [a, false], [b, false]]) {
        tab.send({ type: 'view', ticket: 't', focus });
    }
    assert.deepEqual(socket.all('view').map(({ focus }) => focus), [true, false]);
});

test('what one tab has read is read in the others', () => {
    const { sockets: [socket], tabs: [a, b] } = live();
    a.send({ type: 'read', ticket: 't', seq: 4 });
    assert.equal(socket.last('read').seq, 4);
    assert.deepEqual(b.frames('read')[0], { type: 'read', ticket: 't', by: { id: 'me' }, seq: 4 });
    assert.equal(a.frames('read').length, 0);
});

test('one tab at a time makes the sounds, and the next one takes over', () => {
    const { tabs: [a, b] } = live();
    const isPrimary = (tab) => tab.posted.findLast(({ kind }) => kind === 'primary').is;
    assert.deepEqual([isPrimary(a), isPrimary(b)], [true, false]);
    a.detach();
    assert.equal(isPrimary(b), true);
});

test('a lost socket is lost for all, and the first to come back opens the next', () => {
    const { sockets, tabs } = live(3);
    sockets[0].drop(1006);
    for (const tab of tabs) {
        assert.deepEqual(tab.posted.findLast(({ kind }) => kind === 'closed').code, 1006);
    }
    for (const tab of tabs) tab.open();
    assert.equal(sockets.length, 2);
});
