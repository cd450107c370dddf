// Lists and counts when there are more tickets than one page: the hub's answers, page by page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSearch } from '../net/api.js';
import { TicketFeed } from '../net/ticket-feed.js';
import { countChoices } from '../state/filter-counts.js';
import { noFilters, readFilters, writeFilters } from '../state/filters.js';
import { rankWith } from '../state/fuzzy.js';
import { HeldOrder } from '../state/held-order.js';
import { HubCounts } from '../state/hub-counts.js';
import { HubList } from '../state/hub-list.js';
import { PortalFigures } from '../state/portal-figures.js';
import { countQuestions, QueueSource } from '../state/queue-source.js';
import { QUEUE_VIEWS } from '../state/queue-views.js';
import { Queue } from '../state/queue.js';
import { readRoute } from '../state/route.js';
import { fromHubFilter } from '../state/saved-views.js';
import { fold } from '../state/search-text.js';
import { SimilarTickets } from '../state/similar-tickets.js';
import { TicketSource } from '../state/ticket-source.js';
import { TicketList } from '../state/tickets.js';
import { orderBy } from '../state/urgency.js';
import { FakeTime, settle, snapshot } from './fake-hub.js';

/** A hub with so many open tickets; the last created is first in its newest-first list. */
function hub(count, { fails = () => false, fits = () => () => true } = {}) {
    const snapshots = Array.from({ length: count }, (_, index) => snapshot({
        id: String(index).padStart(4, '0'), ref: `T-${index}`, title: `number ${index}`,
        createdAt: new Date(1_700_000_000_000 + index * 1000).toISOString(),
        updatedAt: new Date(1_700_000_000_000 + index * 1000).toISOString(),
    }));
    const asked = [];
    const tickets = async ({ limit, cursor, sort, q, status, ...rest }) => {
        asked.push({ limit, cursor, sort, q, status, ...rest });
        if (fails()) throw Object.assign(new Error(), { code: 'unavailable' });
        const says = ({ title, ref, tags = [] }) => title === q || ref === q ||
            q.split(' ').every((word) => tags.some((tag) => fold(tag).split(/\W/).includes(fold(word))));
        const found = snapshots.filter((each) => !q || says(each)).filter(fits(rest));
        const shown = found.filter((each) => !status || status.includes(each.status));
        if (sort === '-createdAt' || sort === '-updatedAt') shown.reverse();
        const from = Number(cursor ?? 0);
        const page = shown.slice(from, from + limit);
        const counts = { status: {} };
        for (const { status: name } of found) counts.status[name] = (counts.status[name] ?? 0) + 1;
        return { tickets: page, next: from + limit < shown.length ? String(from + limit) : null, counts };
    };
    return { snapshots, asked, tickets, ticket: async (id) => snapshots.find((each) => each.id === id) };
}

async function answered(list) {
    while (list.isAsked && (!list.isAnswered || list.isLoading) && !list.error) await settle();
}

function source(api, { view = 'all', sort = 'newest', filters = noFilters(), loaded = 200 } = {}) {
    const bar = { text: '', sort, filters };
    const queue = new Queue();
    queue.reset({ tickets: api.snapshots.slice(0, loaded), more: loaded < api.snapshots.length, rev: 1, counts: {} });
    const made = new QueueSource({ me: { id: 'lina' }, clock: { now: () => 1_700_000_900_000 }, api }, {
        queue, resolved: { snapshots: [], count: 0 }, mentioned: () => new Set(), drafts: { tickets: () => new Set() },
    }, () => bar);
    made.view = view;
    const ask = async (changes = {}) => {
        Object.assign(bar, changes);
        made.ask();
        await new Promise((resolve) => setTimeout(resolve, 1));
        await answered(made.hub);
        return made.shown().map(({ ref }) => ref);
    };
    return { made, queue, ask };
}

test('32: with 260 open tickets the newest come first, and pages go on to the last', async () => {
    const api = hub(260);
    const { made, ask } = source(api);
    const first = await ask();
    assert.deepEqual([first[0], first.length, made.hasMore], ['T-259', 200, true]);
    assert.deepEqual(made.count(first.length), { n: 260, isAtLeast: false });
    await made.hub.loadMore();
    const all = await ask();
    assert.deepEqual([all.length, all.at(-1), made.hasMore], [260, 'T-0', false]);
});

test('32: a ticket that is not loaded is found, by reference, words, and where it is over', async () => {
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

test('U2: the filter menu counts what the hub counts, each status of one answer', async () => {
    const api = hub(260);
    const counted = {};
    await countChoices(api, 'all', [
        { field: 'status', value: 'open' }, { field: 'status', value: 'waiting' }, { field: 'priority', value: 'high' },
        { field: 'sla', value: 'soon' },
    ], ({ field, value }, n) => (counted[`${field} ${value}`] = n));
    assert.deepEqual(counted, { 'status open': 260, 'status waiting': 0, 'priority high': 260 });
    assert.equal(api.asked.length, 2);
});

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

test('U2: what waits for a client is in the list of a project however long ago it moved', async () => {
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

test('U2: what is unread is counted beyond the tickets that the page listens to', async (t) => {
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

test('U2: tickets like the one being written are the hub’s to find where not all are here', async () => {
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

test('U2: projects and people that operators name are the hub’s filters', async () => {
    const api = hub(260);
    api.projects = async () => [{ id: 'Cave' }, { id: 'Boutique' }, { id: 'Cave, annexe' }];
    api.users = async (role) => [{ id: `${role}-1`, name: role === 'admin' ? 'Zoé' : 'Nora' }];
    const { made, ask } = source(api);
    await ask({ text: 'projet:cave assigned:nor assigned:me' });
    await ask({});
    const { project, assignedTo, q } = api.asked.at(-1);
    assert.deepEqual([project, assignedTo, q], [['Cave', 'Cave, annexe'], ['technician-1', 'me'], undefined]);
    assert.deepEqual(made.count(0), { n: 260, isAtLeast: false });
    await ask({ text: 'projet:nowhere' });
    assert.deepEqual(api.asked.at(-1).project, ['nowhere']);
    assert.equal(made.count(0).isAtLeast, false, 'the hub says that there is nothing');
});

test('U2: tags and clients that operators name are the hub’s filters', async () => {
    const api = hub(1300, {
        fits: ({ tag, client }) => (each) =>
            (!tag || tag.some((name) => each.tags?.includes(name))) &&
            (!client || client.includes(each.client.id)),
    });
    const people = [{ id: 'c-1', name: 'Zoé Marchand' }, { id: 'c-2', name: 'Ann' }];
    api.snapshots.forEach((each, index) => Object.assign(each, {
        client: people[index % 2], tags: index % 2 ? ['paper'] : index === 0 ? ['Paper'] : ['ink', 'toner'],
    }));
    api.users = async (role) => (role === 'client' ? people : []);
    const { made, ask } = source(api);
    const shown = await ask({ text: 'tag:paper' });
    // `Paper` is a spelling that a loaded ticket has.
    assert.deepEqual(api.asked.at(-1).tag, ['paper', 'Paper']);
    assert.deepEqual([shown.length, made.count(shown.length)], [200, { n: 651, isAtLeast: false }]);
    await ask({ text: 'client:marchand' });
    const theirs = await ask({});
    assert.deepEqual([api.asked.at(-1).client, api.asked.at(-1).q], [['c-1'], undefined]);
    assert.deepEqual(made.count(theirs.length), { n: 650, isAtLeast: false });
    await ask({ text: 'client:nobody' });
    assert.deepEqual(api.asked.at(-1).client, ['nobody']);
    // The hub's filter takes either of two tags, its search finds those with the words of both.
    const both = await ask({ text: 'tag:ink tag:toner' });
    assert.deepEqual([api.asked.at(-1).tag, api.asked.at(-1).q], [['ink'], 'ink toner']);
    assert.deepEqual([both.length, made.count(both.length)], [649, { n: 649, isAtLeast: false }]);
});

test('what is over is found by its status alone', async () => {
    const api = hub(260);
    for (const each of api.snapshots.slice(100, 130)) each.status = each.id < '0110' ? 'closed' : 'resolved';
    const { made, queue, ask } = source(api);
    queue.reset({ tickets: api.snapshots.slice(0, 100), more: true, rev: 1, counts: {} });
    for (const view of ['all', 'saved-1']) {
        made.view = view;
        assert.equal((await ask({ text: 'status:resolved' })).length, 20, view);
        assert.equal((await ask({ text: 'statut:clos' })).length, 10, view);
        assert.equal((await ask({ text: 'status:open' })).length, 200, view);
    }
    made.view = 'waiting';
    assert.deepEqual(await ask({ text: 'status:resolved' }), [], 'what waits is not over');
});

test('a tag is found however it is typed, also if no loaded ticket has it', async () => {
    const api = hub(1300, { fits: ({ tag }) => (each) => !tag || tag.some((name) => each.tags.includes(name)) });
    api.snapshots.forEach((each, index) => Object.assign(each, { tags: index > 1290 ? ['Été', 'caisse'] : ['autre'] }));
    // The search finds words of tags: the page tells it from the tag.
    api.snapshots[1290].tags = ['bel été'];
    const { made, ask } = source(api);
    const shown = await ask({ text: 'tag:ETE' });
    assert.deepEqual([api.asked.at(-1).tag, api.asked.at(-1).q], [undefined, 'ETE']);
    assert.deepEqual([shown.length, made.count(shown.length)], [9, { n: 9, isAtLeast: false }]);
    const both = await ask({ text: 'tag:ete tag:CAISSE' });
    assert.deepEqual([api.asked.at(-1).q, both.length], ['ete CAISSE', 9]);
    assert.deepEqual(await ask({ text: 'tag:ete tag:autre' }), []);
    // What the search cannot find is asked for as it is typed.
    for (const odd of ['★', 't-12', '#12']) {
        await ask({ text: `tag:${odd}` });
        assert.deepEqual([api.asked.at(-1).tag, api.asked.at(-1).q], [[odd], undefined]);
    }
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

test('what the hub finds comes after what matches; letters far apart match nothing', () => {
    const items = [{ id: '1', text: 'T-1025 Box 6' }, { id: '2', text: 'T-1256 Exact' }];
    const ranked = rankWith(items, [{ id: '3', text: 'Said in a message' }], 'T-1256', ({ text }) => text);
    assert.deepEqual(ranked.map(({ id }) => id), ['2', '3']);
});

test('04: values with commas go to the hub and into the address whole', () => {
    assert.equal(toSearch({ tag: ['a', 'b'] }), 'tag=a%2Cb');
    assert.equal(toSearch({ tag: ['a,b', 'c'] }), 'tag%5B%5D=a%2Cb&tag%5B%5D=c');
    const filters = { ...noFilters(), project: ['Dupont, Martin', '100%2C'], tag: ['x'] };
    const address = writeFilters(filters);
    assert.deepEqual(readFilters((name) => address[name] || null), filters);
});

test('38: a reference is one in small letters too', () => {
    assert.equal(readRoute('?ticket=t-1').ticket, 'T-1');
    assert.equal(readRoute('?ticket=6b034d6744f32cd48517736e').ticket, '6b034d6744f32cd48517736e');
    assert.equal(readRoute('').ticket, null);
});
