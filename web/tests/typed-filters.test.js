// What is typed in the search field becomes filters of the hub.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSearch } from '../net/api.js';
import { noFilters, readFilters, writeFilters } from '../state/filters.js';
import { rankWith } from '../state/fuzzy.js';
import { readRoute } from '../state/route.js';
import { hub, source } from './fake-lists.js';

test('projects and people that operators name are the hub’s filters', async () => {
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

test('tags and clients that operators name are the hub’s filters', async () => {
    const api = hub(1300, {
        fits: ({ tag, client }) => (each) =>
            (!tag || tag.some((name) => each.tags?.includes(name))) &&
            (!client || client.includes(each.client.id)),
    });
    const people = [{ id: 'c-1', name: 'Zoé Marchand' }, { id: 'c-2', name: 'Ann' }];
    api.snapshots.forEach((each, index) => Object.assign(each, {
        client: people[index % 2], tags: index % 2 ? ['paper'] : index === 0 ? ['Paper'] : ['ink', 'toner'],
    }));
    api.users = async () => [...people, { id: 's-1', name: 'Tomás', role: 'technician' }];
    const { made, ask } = source(api);
    const shown = await ask({ text: 'tag:paper' });
    // `Paper` is a spelling that a loaded ticket has.
    assert.deepEqual(api.asked.at(-1).tag, ['paper', 'Paper']);
    assert.deepEqual([shown.length, made.count(shown.length)], [200, { n: 651, isAtLeast: false }]);
    await ask({ text: 'client:marchand' });
    const theirs = await ask({});
    assert.deepEqual([api.asked.at(-1).client, api.asked.at(-1).q], [['c-1'], undefined]);
    assert.deepEqual(made.count(theirs.length), { n: 650, isAtLeast: false });
    await ask({ text: 'client:tomas' });
    await ask({});
    assert.deepEqual(api.asked.at(-1).client, ['s-1'], 'a requester may be of the staff');
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

test('what the hub finds comes after what matches; letters far apart match nothing', () => {
    const items = [{ id: '1', text: 'T-1025 Box 6' }, { id: '2', text: 'T-1256 Exact' }];
    const ranked = rankWith(items, [{ id: '3', text: 'Said in a message' }], 'T-1256', ({ text }) => text);
    assert.deepEqual(ranked.map(({ id }) => id), ['2', '3']);
});

test('values with commas go to the hub and into the address whole', () => {
    assert.equal(toSearch({ tag: ['a', 'b'] }), 'tag=a%2Cb');
    assert.equal(toSearch({ tag: ['a,b', 'c'] }), 'tag%5B%5D=a%2Cb&tag%5B%5D=c');
    const filters = { ...noFilters(), project: ['Dupont, Martin', '100%2C'], tag: ['x'] };
    const address = writeFilters(filters);
    assert.deepEqual(readFilters((name) => address[name] || null), filters);
});

test('a reference is one in small letters too', () => {
    assert.equal(readRoute('?ticket=t-1').ticket, 'T-1');
    assert.equal(readRoute('?ticket=6b034d6744f32cd48517736e').ticket, '6b034d6744f32cd48517736e');
    assert.equal(readRoute('').ticket, null);
});
