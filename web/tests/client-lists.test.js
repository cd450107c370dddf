// A client’s lists and numbers when there are more tickets than are loaded.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TicketFeed } from '../net/ticket-feed.js';
import { PortalFigures } from '../state/portal-figures.js';
import { SimilarTickets } from '../state/similar-tickets.js';
import { TicketSource } from '../state/ticket-source.js';
import { TicketList } from '../state/tickets.js';
import { settle, snapshot } from './fake-hub.js';
import { answered, hub } from './fake-lists.js';

test('a client’s groups have the hub’s numbers, and words find what is not loaded', async () => {
    const api = hub(260);
    const list = new TicketList('ann');
    list.load(api.snapshots.slice(60), { isComplete: false });
    const bar = { project: null, words: '', show: 'all', category: '' };
    const made = new TicketSource(api, list, { hasMore: () => true, count: (group) => ({ active: 260 })[group], loadMore() {} },
        () => bar);
    made.ask();
    assert.deepEqual(made.groups(null).map(({ name, count, snapshots }) => [name, count, snapshots.length]), [['active', 260, 200]]);
    bar.words = 'T-6';
    made.ask();
    await new Promise((resolve) => setTimeout(resolve, 1));
    await answered(made.hub);
    assert.deepEqual(made.groups(null).map(({ count, snapshots }) => [count, snapshots[0].ref]), [[1, 'T-6']]);
});

test('what waits for a client is in the list of a project however long ago it moved', async () => {
    const api = hub(260);
    Object.assign(api.snapshots[3], { status: 'waiting' });
    const list = new TicketList('ann');
    list.load([...api.snapshots.slice(60), api.snapshots[3]], { isComplete: false });
    const made = new TicketSource(api, list, { hasMore: () => true, count: () => undefined, loadMore() {} },
        () => ({ project: api.snapshots[0].project, words: '', show: 'all', category: '' }));
    made.ask();
    await new Promise((resolve) => setTimeout(resolve, 1));
    await answered(made.hub);
    assert.deepEqual(made.groups(null).map(({ name, count, snapshots }) => [name, count, snapshots.length]),
        [['waiting', 1, 1], ['active', 259, 200]]);
});

test('what is unread is counted beyond the tickets that the page listens to', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const api = hub(260);
    for (const each of api.snapshots) each.lastMessage = { seq: 2, at: each.updatedAt, authorRole: 'technician', excerpt: 'x' };
    const list = new TicketList('ann');
    const told = (id, excerpt) => ({ id: `n${id}`, ticket: api.snapshots[id].id, kind: 'reply', params: { excerpt } });
    const asked = [];
    api.request = async (method, path, { query }) => {
        asked.push(query.before);
        return query.before ? { notifications: [told(4, 'x'), told(100, 'x')], next: null }
            : { notifications: [told(250, 'x'), told(3, 'x'), told(7)], next: 'older' };
    };
    const rooms = { open: () => ({ on() {}, reads: new Map() }), close() {}, on() {} };
    const feed = new TicketFeed({ api, connection: { on() {} }, subscriptions: rooms, me: { id: 'ann' } }, list,
        { tabs: { postMessage() {} } });
    list.setRead(api.snapshots[250].id, 2);
    await feed.refresh();
    assert.deepEqual(asked, [undefined, 'older']);
    assert.equal(list.unread, 3, 'two that are not loaded, one that nobody listens to; one is read');
    assert.deepEqual([100, 250, 7].map((id) => list.isUnread(api.snapshots[id])), [true, false, false]);
});

test('tickets like the one being written are the hub’s to find where not all are here', async () => {
    const snapshots = ['Printer on fire', 'Scanner', 'The printer eats paper'].map((title, index) =>
        snapshot({ id: `h${index}`, title, project: 'shop' }));
    const asked = [];
    const api = { tickets: async (query) => (asked.push(query.q), { tickets: snapshots.slice(2) }) };
    const made = (hasMore) => new SimilarTickets(api, () => ({ snapshots: snapshots.slice(0, 2), project: 'shop', hasMore }),
        { wait: async () => {} });
    const ids = (found) => found.map(({ id }) => id);
    assert.deepEqual(ids(await made(false).find('My printer')), ['h0']);
    assert.deepEqual(asked, []);
    assert.deepEqual(ids(await made(true).find('my PRINTER eats')), ['h2', 'h0']);
    assert.deepEqual(asked, ['printer', 'eats']);
    const typed = made(true);
    const [early, late] = await Promise.all([typed.find('prin'), typed.find('printer')]);
    assert.deepEqual([early, ids(late)], [null, ['h0', 'h2']]);
    assert.deepEqual(await new SimilarTickets({ tickets: async () => { throw new Error(); } },
        () => ({ snapshots: [], project: null, hasMore: true }), { wait: async () => {} }).find('printer'), []);
});

test('an overview’s thirty days are gathered as far as they go', async () => {
    const api = hub(700);
    const now = Date.parse(api.snapshots[699].createdAt);
    const figures = new PortalFigures(api, { now: () => now }, { schedule: (action) => (action(), () => {}) });
    figures.refreshSoon(null);
    while (!figures.tiles(null)) await settle();
    assert.deepEqual(figures.tiles(null), { resolved: 0, medianMs: null, answered: 0 });
    assert.equal(api.asked.length, 5, 'four pages of all, one of what is over');
});
