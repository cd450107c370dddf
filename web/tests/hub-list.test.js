// Lists and counts when there are more tickets than one page: the hub's answers, page by page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countChoices } from '../state/filter-counts.js';
import { noFilters } from '../state/filters.js';
import { HeldOrder } from '../state/held-order.js';
import { HubCounts } from '../state/hub-counts.js';
import { HubList } from '../state/hub-list.js';
import { countQuestions } from '../state/queue-source.js';
import { QUEUE_VIEWS } from '../state/queue-views.js';
import { fromHubFilter } from '../state/saved-views.js';
import { orderBy } from '../state/urgency.js';
import { FakeTime, settle, snapshot } from './fake-hub.js';
import { answered, hub, source } from './fake-lists.js';

test('with 260 open tickets the newest come first, and pages go on to the last', async () => {
    const api = hub(260);
    const { made, ask } = source(api);
    const first = await ask();
    assert.deepEqual([first[0], first.length, made.hasMore], ['T-259', 200, true]);
    assert.deepEqual(made.count(first.length), { n: 260, isAtLeast: false });
    await made.hub.loadMore();
    const all = await ask();
    assert.deepEqual([all.length, all.at(-1), made.hasMore], [260, 'T-0', false]);
});

test('a ticket that is not loaded is found, by reference, words, and where it is over', async () => {
    const api = hub(260);
    Object.assign(api.snapshots[250], { status: 'resolved' });
    const { made, ask } = source(api);
    assert.deepEqual(await ask({ text: 'T-255' }), ['T-255']);
    assert.deepEqual(await ask({ text: 'number 250' }), ['T-250']);
    made.view = 'unassigned';
    assert.deepEqual(await ask(), [], 'what is over is not free to be taken');
});

test('what comes into a paged list stands where it belongs, and nothing from beyond its pages', async () => {
    const api = hub(260);
    const { queue, ask } = source(api);
    await ask();
    queue.apply({ op: 'upsert', rev: 2, ticket: snapshot({ id: '9', ref: 'T-9999', createdAt: '2030-01-01T00:00:00.000Z' }) });
    queue.apply({ op: 'upsert', rev: 3, ticket: { ...api.snapshots[3], seq: 9, title: 'Changed' } });
    const shown = await ask();
    assert.deepEqual([shown[0], shown.length, shown.includes('T-3')], ['T-9999', 201, false]);
});

test('a queue that is all here is not asked for', async () => {
    const api = hub(20);
    const { ask } = source(api, { loaded: 20 });
    assert.equal((await ask()).length, 20);
    assert.equal(api.asked.length, 0);
    await ask({ text: 'T-7' });
    assert.equal(api.asked[0].q, 'T-7');
});

test('what the hub cannot narrow is gathered, and the page narrows it', async () => {
    const api = hub(1300);
    const { made, ask } = source(api, { filters: { ...noFilters(), from: '2023-11-14' } });
    const shown = await ask();
    assert.deepEqual([shown.length, api.asked.length], [1000, 5]);
    assert.deepEqual(made.count(shown.length), { n: 1000, isAtLeast: true });
});

test('only the last question of a hand that types is answered', async () => {
    const api = hub(5);
    const list = new HubList(api);
    list.ask({ q: 'T-1' });
    list.ask({ q: 'T-2' });
    await answered(list);
    assert.deepEqual([[...list.snapshots.values()].map(({ ref }) => ref), api.asked.length], [['T-2'], 1]);
});

test('many changes are one question, and a busy desk asks in turns', async () => {
    const api = hub(3);
    const time = new FakeTime();
    const list = new HubList(api, { schedule: time.schedule, now: time.now });
    list.ask({ sort: '-createdAt' });
    time.pass(0);
    await answered(list);
    for (let change = 0; change < 50; change += 1) list.refreshSoon();
    time.pass(2400);
    assert.equal(api.asked.length, 1);
    time.pass(200);
    await answered(list);
    assert.equal(api.asked.length, 2);
});

test('of tickets that change live, only the count is requested again', async () => {
    const api = hub(260);
    const time = new FakeTime();
    const list = new HubList(api, { schedule: time.schedule, now: time.now });
    list.ask({ sort: '-createdAt' }, { isLive: true });
    time.pass(0);
    await answered(list);
    const again = async (options) => {
        list.refreshSoon(options);
        time.pass(3000);
        while (list.isLoading) await settle();
        return api.asked.at(-1).limit;
    };
    assert.equal(await again(), 1);
    assert.deepEqual([list.snapshots.size, list.hasMore], [200, true], 'its pages stay');
    assert.equal(await again({ isMissed: true }), 200);
    assert.equal(await again(), 1);
});

test('a page that is wanted while the number is asked for comes all the same', async () => {
    const api = hub(260);
    const list = new HubList(api);
    list.ask({ sort: '-createdAt' }, { isLive: true });
    await new Promise((resolve) => setTimeout(resolve, 1));
    await answered(list);
    const again = list.refresh();
    await Promise.all([list.loadMore(), list.loadMore(), again]);
    assert.deepEqual([list.snapshots.size, list.hasMore, api.asked.length], [260, false, 3]);
});

test('an error is one, and the same question is asked again in a while', async () => {
    let fails = true;
    const time = new FakeTime();
    const list = new HubList(hub(3, { fails: () => fails }), { schedule: time.schedule, now: time.now });
    list.ask({ q: 'T-1' });
    time.pass(0);
    await answered(list);
    assert.equal(list.error.code, 'unavailable');
    fails = false;
    time.pass(3000);
    while (list.isLoading) await settle();
    assert.deepEqual([list.error, list.snapshots.size], [null, 1]);
});

test('a page that comes while a list is held stands behind it', () => {
    const order = new HeldOrder();
    order.apply(['a', 'b'], false);
    order.append(['b', 'c', 'd']);
    assert.deepEqual(order.apply(['a', 'b', 'c', 'd'], true), { ids: ['a', 'b', 'c', 'd'], changes: 0, gone: new Set() });
});

test('numbers of the navigation are asked once for all statuses', async () => {
    const api = hub(260);
    const counts = new HubCounts(api, () => countQuestions(QUEUE_VIEWS, [
        { id: '1', filter: { priority: ['high'] } }, { id: '2', filter: { q: 'avant:2026-01-01' } },
    ], fromHubFilter));
    await counts.refresh();
    assert.deepEqual(['all', 'unassigned', 'resolved', 'saved-1', 'saved-2'].map(counts.of, counts), [260, 260, 0, 260, undefined]);
    assert.equal(api.asked.filter((query) => Object.keys(query).every((name) =>
        ['limit', 'cursor', 'sort', 'q', 'status'].includes(name))).length, 1);
    assert.ok(api.asked.every(({ limit }) => limit === 1));
});

test('the filter menu counts what the hub counts, each status of one answer', async () => {
    const api = hub(260);
    const counted = {};
    await countChoices(api, 'all', [
        { field: 'status', value: 'open' }, { field: 'status', value: 'waiting' }, { field: 'priority', value: 'high' },
        { field: 'sla', value: 'soon' },
    ], ({ field, value }, n) => (counted[`${field} ${value}`] = n));
    assert.deepEqual(counted, { 'status open': 260, 'status waiting': 0, 'priority high': 260 });
    assert.equal(api.asked.length, 2);
});

test('every order is the hub’s, equals included', () => {
    const at = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
    const snapshots = ['a', 'b'].map((id) => snapshot({ id, ...at, waitingSince: id === 'a' ? '2026-01-02T00:00:00.000Z' : null }));
    const first = (name) => [...snapshots].sort(orderBy(name, 0))[0].id;
    const waits = [null, '2026-01-03T00:00:00.000Z', '2026-01-02T00:00:00.000Z', null].map((waitingSince, index) =>
        snapshot({ id: `w${index}`, createdAt: `2026-01-0${5 - index}T00:00:00.000Z`, waitingSince }));
    assert.deepEqual(waits.sort(orderBy('waiting', 0)).map(({ id }) => id), ['w2', 'w1', 'w3', 'w0']);
    assert.deepEqual(['urgency', 'deadline', 'activity', 'newest', 'oldest', 'priority'].map(first),
        ['a', 'a', 'b', 'b', 'a', 'a']);
    const late = snapshot({ sla: { state: 'paused', deadlineAt: '2026-01-01T00:00:00.000Z', nextDue: null } });
    const later = snapshot({ sla: { state: 'running', deadlineAt: '2026-01-03T00:00:00.000Z',
        nextDue: { deadlineAt: '2025-01-01T00:00:00.000Z' } } });
    assert.deepEqual([later, late].sort(orderBy('deadline', 0)), [late, later]);
});
