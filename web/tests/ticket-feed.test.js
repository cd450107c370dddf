// The feed of a client's list: what the hub answered before a change does not undo the change.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TicketFeed } from '../net/ticket-feed.js';
import { Emitter } from '../sdk/parts.js';
import { ResolvedList } from '../state/resolved-list.js';
import { TicketList } from '../state/tickets.js';
import { snapshot } from './fake-hub.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** An API whose answers are given one by one. */
function slowAPI() {
    const waiting = [];
    return {
        asked: 0,
        tickets() {
            this.asked += 1;
            return new Promise((resolve) => waiting.push((tickets) => resolve({ tickets, next: null })));
        },
        async answer(tickets) {
            waiting.shift()(tickets);
            await settle();
        },
    };
}

function feedOf(t, api) {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const list = new TicketList('ann');
    const connection = new Emitter();
    const subscriptions = Object.assign(new Emitter(), {
        open: () => ({ on() {}, reads: new Map() }), close() {},
    });
    const feed = new TicketFeed({ api, connection, subscriptions, me: { id: 'ann' } }, list,
        { tabs: { postMessage() {} } });
    const ids = () => [...list.snapshots.keys()].sort();
    return { feed, list, connection, ids };
}

test('a ticket that was created during a request stays, and the list is asked for again', async (t) => {
    const api = slowAPI();
    const { feed, list, ids } = feedOf(t, api);
    const [old, created] = [snapshot({ id: 'old' }), snapshot({ id: 'created' })];
    const first = feed.refresh();
    list.put(created);
    const second = feed.created();
    await api.answer([old]);
    assert.deepEqual(ids(), ['created', 'old']);
    assert.equal(api.asked, 2);
    await api.answer([created, old]);
    await Promise.all([first, second]);
    assert.deepEqual(ids(), ['created', 'old']);
});

test('a ticket that was removed during a request does not come back', async (t) => {
    const api = slowAPI();
    const { feed, connection, ids } = feedOf(t, api);
    const started = feed.start();
    await api.answer([snapshot({ id: 'a' }), snapshot({ id: 'b' })]);
    await started;
    const again = feed.refresh();
    connection.emit('removed', { ticket: 'a' });
    await api.answer([snapshot({ id: 'a' }), snapshot({ id: 'b' })]);
    await api.answer([snapshot({ id: 'b' })]);
    await again;
    assert.deepEqual(ids(), ['b']);
});

test('a complete answer removes what was put before it was asked for', async (t) => {
    const api = slowAPI();
    const { feed, list, ids } = feedOf(t, api);
    list.put(snapshot({ id: 'gone' }));
    const asked = feed.refresh();
    await api.answer([]);
    await asked;
    assert.deepEqual(ids(), []);
});

test('a ticket from another device is there a few seconds later, and asking for it costs one ticket', async (t) => {
    const asked = [];
    let hubHas = ['a'];
    const api = {
        async tickets(query) {
            asked.push(query);
            return { tickets: hubHas.slice(0, query.limit).map((id) => snapshot({ id })), next: null };
        },
    };
    const { feed, ids } = feedOf(t, api);
    await feed.start();
    const turn = async () => {
        t.mock.timers.tick(3000);
        for (let i = 0; i < 4; i += 1) await settle();
    };
    await turn();
    await turn();
    assert.deepEqual(asked.splice(0), [
        { limit: 200, sort: '-updatedAt' }, { limit: 1, sort: '-createdAt' }, { limit: 1, sort: '-createdAt' },
    ]);
    hubHas = ['b', 'a'];
    await turn();
    assert.deepEqual(ids(), ['a', 'b']);
    assert.deepEqual(asked, [{ limit: 1, sort: '-createdAt' }, { limit: 200, sort: '-updatedAt' }]);
});

test('of two answers for the resolved list, the one asked for last counts', async () => {
    const api = slowAPI();
    const list = new ResolvedList(api);
    const [first, second] = [list.refresh(), list.refresh()];
    const answers = [];
    list.on('change', () => answers.push(list.snapshots.map(({ id }) => id)));
    await api.answer([snapshot({ id: 'older' })]);
    await api.answer([snapshot({ id: 'newer' })]);
    await Promise.all([first, second]);
    assert.deepEqual(answers, [['newer']]);
});

test('a ticket that was reopened during a request leaves the resolved list', async () => {
    const api = slowAPI();
    const later = [];
    const list = new ResolvedList(api, { schedule: (action) => (later.push(action), () => {}) });
    list.refresh();
    list.remove('a');
    await api.answer([snapshot({ id: 'a' }), snapshot({ id: 'b' })]);
    assert.deepEqual(list.snapshots, []);
    later.shift()();
    await api.answer([snapshot({ id: 'b' })]);
    assert.deepEqual(list.snapshots.map(({ id }) => id), ['b']);
});
