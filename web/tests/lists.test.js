// The parts of a long list: held order, window, selection, filters, search operators.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFilter, readFilters, writeFilters } from '../state/filters.js';
import { matches, rank } from '../state/fuzzy.js';
import { HeldOrder } from '../state/held-order.js';
import { rowWindow } from '../state/row-window.js';
import { parseSearch, suggestions } from '../state/search-text.js';
import { Selection } from '../state/selection.js';
import { orderBy, SORTS, urgencyParts } from '../state/urgency.js';
import { person, snapshot } from './fake-hub.js';

const NOW = Date.parse('2026-01-05T10:00:00Z');
const none = readFilters(() => null);
const context = { me: 'lina', now: NOW };
const keeps = (snapshots, filters, text = '') =>
    snapshots.filter(makeFilter({ ...none, ...filters }, text, context)).map(({ title }) => title);

test('an order in use holds still and counts what waits', () => {
    const order = new HeldOrder();
    order.apply(['a', 'b', 'c', 'd'], false);
    const held = order.apply(['d', 'a', 'x', 'b'], true);
    assert.deepEqual(held.ids, ['a', 'b', 'c', 'd']);
    assert.deepEqual([held.changes, [...held.gone]], [3, ['c']]);
    assert.deepEqual(order.apply(['d', 'a', 'x', 'b'], false).ids, ['d', 'a', 'x', 'b']);
});

test('an empty list has nothing to hold', () => {
    assert.deepEqual(new HeldOrder().apply(['a'], true), { ids: ['a'], changes: 0, gone: new Set() });
});

test('a short list is whole, a long one shows what is in sight', () => {
    const view = { rowHeight: 50, scrollTop: 0, height: 500 };
    assert.equal(rowWindow({ ...view, count: 100 }).indexes.length, 100);
    const long = rowWindow({ ...view, count: 10_000, scrollTop: 250_000 });
    assert.ok(long.indexes.length < 50);
    assert.ok(long.indexes.includes(5000) && long.indexes.includes(5009));
    assert.equal(long.total, 500_000);
});

test('the row under the keyboard stays on the page', () => {
    const { indexes } = rowWindow({ count: 10_000, rowHeight: 50, scrollTop: 250_000, height: 500, keep: 3 });
    assert.equal(indexes[0], 3);
});

test('ticks: one by one, in ranges, and none of what is gone', () => {
    const selection = new Selection();
    const order = ['a', 'b', 'c', 'd'];
    selection.toggle('b');
    selection.extend('d', order);
    assert.deepEqual([...selection.ids], ['b', 'c', 'd']);
    selection.keep(['a', 'b', 'c']);
    selection.toggle('b');
    assert.deepEqual([...selection.ids], ['c']);
});

test('filters: values of a field are alternatives, fields add up', () => {
    const snapshots = [
        snapshot({ title: 'a', status: 'open', priority: 'urgent' }),
        snapshot({ title: 'b', status: 'waiting', priority: 'urgent' }),
        snapshot({ title: 'c', status: 'waiting', priority: 'low', assignedTo: person('lina') }),
    ];
    assert.deepEqual(keeps(snapshots, { status: ['open', 'waiting'], priority: ['urgent'] }), ['a', 'b']);
    assert.deepEqual(keeps(snapshots, { assignee: ['me'] }), ['c']);
    assert.deepEqual(keeps(snapshots, { assignee: ['none'], status: ['waiting'] }), ['b']);
});

test('filters go into the address and come back', () => {
    const filters = { ...none, status: ['open', 'waiting'], from: '2026-01-01' };
    const address = writeFilters(filters);
    assert.deepEqual(readFilters((name) => address[name] || null), filters);
});

test('operators are understood in both languages, with accents or without', () => {
    const { words, terms, problems } = parseSearch('panne statut:ouvert priorité:haute assigned:me projet:"Acme Lyon"');
    assert.equal(words, 'panne');
    assert.deepEqual(terms.map(({ name, value }) => `${name}=${value}`),
        ['status=open', 'priority=high', 'assignee=me', 'project=Acme Lyon']);
    assert.deepEqual(problems, []);
});

test('a word with a colon that is no operator is searched, and explained', () => {
    const { words, problems } = parseSearch('Error:0x80070005 couleur:bleu');
    assert.equal(words, 'Error:0x80070005 couleur:bleu');
    assert.deepEqual(problems.map(({ key }) => key), ['search.unknown', 'search.unknown']);
    assert.deepEqual(keeps([snapshot({ title: 'a' }), snapshot({ title: 'Error:0x80070005' })], {}, 'Error:0x80070005'),
        ['Error:0x80070005']);
});

test('a bad value of an operator is explained and narrows nothing', () => {
    assert.equal(parseSearch('statut:rouge').problems[0].key, 'search.value');
    assert.equal(parseSearch('avant:demain').problems[0].key, 'search.date');
    assert.deepEqual(keeps([snapshot({ title: 'a' })], {}, 'statut:rouge'), ['a']);
});

test('what stands before a pasted subject is no operator', () => {
    for (const text of ['Re: [T-1042] Panne', 'AW: WG: [T-1042] Panne', 'Réf: T-1042', 'Ответ: [T-1042]', 'RE : [T-1042]']) {
        const { words, problems } = parseSearch(text);
        assert.deepEqual([words, problems], [text, []]);
    }
    assert.equal(parseSearch('statut: ').problems[0].key, 'search.empty');
});

test('an address is words, not an operator', () => {
    assert.equal(parseSearch('http://example.org').words, 'http://example.org');
});

test('dates and files narrow a list', () => {
    const snapshots = [
        snapshot({ title: 'old', createdAt: '2025-12-01T00:00:00.000Z' }),
        snapshot({ title: 'new', createdAt: '2026-01-02T00:00:00.000Z', attachments: [{ id: 'f' }] }),
    ];
    assert.deepEqual(keeps(snapshots, {}, 'avant:2026-01-01'), ['old']);
    assert.deepEqual(keeps(snapshots, { from: '2026-01-02', to: '2026-01-02' }), ['new']);
    assert.deepEqual(keeps(snapshots, {}, 'has:file'), ['new']);
});

test('what is typed is completed in the reader’s language', () => {
    assert.ok(suggestions('stat', 'fr').includes('statut:'));
    assert.ok(suggestions('x statut:ou', 'fr').includes('statut:ouvert'));
    assert.ok(suggestions('status:wai', 'en').some((word) => word.startsWith('status:')));
});

test('every order puts the same tickets in a definite order', () => {
    const snapshots = Array.from({ length: 20 }, (_, index) =>
        snapshot({ priority: ['low', 'urgent'][index % 2], updatedAt: `2026-01-${10 + index}T00:00:00.000Z` }));
    for (const name of SORTS) {
        const [once, again] = [[...snapshots], [...snapshots].reverse()].map((list) => list.sort(orderBy(name, NOW)));
        assert.deepEqual(once.map(({ id }) => id), again.map(({ id }) => id), name);
    }
    assert.equal([...snapshots].sort(orderBy('priority', NOW))[0].priority, 'urgent');
});

test('exact before prefix before letters near each other; letters far apart are no match', () => {
    const found = (query, ...texts) => rank(texts, query, (text) => text);
    assert.deepEqual(found('resolve', 'Resolve and next', 'Resolved', 'Unresolved', 'Resolve'),
        ['Resolve and next', 'Resolve', 'Resolved', 'Unresolved']);
    assert.deepEqual(found('rslv', 'Resolve', 'Reports of last November'), ['Resolve']);
    assert.deepEqual(found('rembours', 'Réunion embarquée sur ours', 'Demande de remboursement'),
        ['Demande de remboursement']);
});

test('what matches is marked in the text itself, whatever its accents', () => {
    const marked = (text, query) => matches(text, query).map(([from, end]) => text.slice(from, end));
    assert.deepEqual(marked('Né à Évry, réglé', 'regle'), ['réglé']);
    assert.deepEqual(marked('Imprimante du bureau', 'bureau impr'), ['Impr', 'bureau']);
    assert.deepEqual(marked('Resolve', 'rslv'), ['R', 's', 'lv']);
    assert.deepEqual(marked('İstanbul', 'stan'), ['stan']);
    assert.deepEqual(marked('Résoudre', ''), []);
});

test('a few letters find what begins with them first', () => {
    assert.deepEqual(rank(['Se déconnecter', 'Résoudre', 'Note de résolution'], 'reso', (text) => text),
        ['Résoudre', 'Note de résolution']);
});

test('an order by urgency has parts with their numbers; where nothing is near there is none', () => {
    const due = (minutes, more = {}) => ({
        ...snapshot(), sla: { state: 'running', deadlineAt: new Date(NOW + minutes * 60_000).toISOString(), ...more },
    });
    assert.deepEqual(urgencyParts([due(-5), due(-1), due(59), due(61), due(600)], NOW), [
        { name: 'late', at: 0, count: 2 }, { name: 'soon', at: 2, count: 1 }, { name: 'later', at: 3, count: 2 },
    ]);
    assert.deepEqual(urgencyParts([due(61), due(600)], NOW), []);
    assert.deepEqual(urgencyParts([], NOW), []);
});
