import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFilter, noFilters } from '../state/filters.js';
import { hubQuery } from '../state/hub-query.js';
import {
    countSaved, fromHubFilter, isSame, SavedViews, sortCode, sortName, toHubFilter, withBase,
} from '../state/saved-views.js';
import { Preferences } from '../state/preferences.js';
import { SORTS } from '../state/urgency.js';

const filters = (chosen) => ({ ...noFilters(), ...chosen });
const me = { id: 'lina', role: 'technician' };
const snapshot = (id, fields = {}) => ({
    id, ref: id, title: 'x', status: 'open', priority: 'normal', createdAt: '2026-01-05T10:00:00Z',
    assignedTo: null, watchers: [], tags: [], ...fields,
});

function api(answers = {}) {
    const calls = [];
    return {
        calls,
        request: async (method, path, options = {}) => {
            calls.push([method, path, options.body]);
            return answers[`${method} ${path}`]?.(options.body) ?? { views: [] };
        },
    };
}

const connection = { on() {} };

/** Preferences whose storage is gone: they last as long as the test. */
const preferences = () => new Preferences({ getItem: () => null, setItem() {} });

test('a filter of the bar is one of the hub and comes back as it was', () => {
    const chosen = filters({
        status: ['open'], priority: ['high', 'urgent'], assignee: ['me'], watching: ['me'],
        sla: ['breached', 'warning'], tag: ['vip'], project: ['shop'],
    });
    const hub = toHubFilter(chosen, ' badge ');
    assert.deepEqual(hub, {
        status: ['open'], priority: ['high', 'urgent'], project: ['shop'], tag: ['vip'],
        watching: ['me'], assignedTo: ['me'], sla: ['breached', 'warning'], q: 'badge',
    });
    assert.deepEqual(fromHubFilter(hub), { filters: chosen, text: 'badge' });
});

test('what the hub has no field for is said in the words of the search', () => {
    const hub = toHubFilter(filters({ sla: ['soon', 'breached'], from: '2026-01-05', to: '2026-01-31' }), '');
    assert.deepEqual(hub, { q: 'sla:1h sla:late after:2026-01-05 before:2026-02-01' });
    const { filters: again, text } = fromHubFilter(hub);
    const now = Date.parse('2026-01-06T10:00:00Z');
    const fits = makeFilter(again, text, { me: 'lina', now });
    const late = { state: 'running', breached: true, nextDue: { clock: 'resolution', deadlineAt: '2026-01-06T09:00:00Z' },
        deadlineAt: '2026-01-06T09:00:00Z', resolution: {}, targetHours: 4, pausedMs: 0 };
    assert.equal(fits(snapshot('a', { sla: late })), true, 'either of two words of one operator is enough');
    assert.equal(fits(snapshot('b', { sla: late, createdAt: '2026-02-01T00:00:00Z' })), false);
});

test('a view of the API shows what its filter says', () => {
    const hub = { client: ['c 2', 'c3'], sla: 'ok', q: 'badge' };
    const { filters: shown, text } = fromHubFilter(hub);
    assert.deepEqual([shown.sla, text], [['ok'], 'badge client:"c 2" client:"c3"']);
    assert.deepEqual(hubQuery('all', shown, text, { clients: [{ id: 'c 2', name: 'A' }, { id: 'c3', name: 'B' }] }).query, {
        client: ['c 2', 'c3'], sla: ['ok'], q: 'badge', status: ['open', 'in_progress', 'waiting', 'resolved', 'closed'],
    });
    const fits = makeFilter(shown, 'client:"c 2"', { me: 'lina', now: 0 });
    assert.equal(fits(snapshot('a', { client: { id: 'c 2', name: 'A' } })), true);
    assert.equal(fits(snapshot('b', { client: { id: 'c1', name: 'B' } })), false);
});

test('every order has a code of the hub and comes back as itself', () => {
    for (const name of SORTS) assert.equal(sortName(sortCode(name)), name);
    assert.equal(sortName('-deadline'), 'urgency');
});

test('a part of the queue is saved as filters, and what the bar says wins', () => {
    assert.deepEqual(withBase('unassigned', filters({ priority: ['high'] })), filters({
        priority: ['high'], status: ['open', 'in_progress'], assignee: ['none'],
    }));
    assert.deepEqual(withBase('mine', filters({ assignee: ['sam'] })), filters({ assignee: ['sam'] }));
    assert.deepEqual(withBase('all', filters({})), filters({}));
});

test('a view that was not changed is the same, in whatever order its values stand', () => {
    const view = { filter: { priority: ['urgent', 'high'], assignedTo: 'me' } };
    assert.equal(isSame(view, filters({ priority: ['high', 'urgent'], assignee: ['me'] }), ''), true);
    assert.equal(isSame(view, filters({ priority: ['high'], assignee: ['me'] }), ''), false);
});

test('counts follow the snapshots', () => {
    const views = [{ id: '1', filter: { priority: ['high'] } }, { id: '2', filter: { assignedTo: 'me' } }];
    const snapshots = [snapshot('a', { priority: 'high' }), snapshot('b', { assignedTo: { id: 'lina' } }), snapshot('c')];
    const counts = countSaved(views, snapshots, { me: 'lina', now: 0 });
    assert.deepEqual([...counts], [['1', 1], ['2', 1]]);
});

test('own views come first, and only admins change what others share', async () => {
    const views = [
        { id: '1', name: 'B', owner: { id: 'sam' }, shared: true },
        { id: '2', name: 'C', owner: { id: 'lina' } },
        { id: '3', name: 'A', owner: { id: 'lina' } },
    ];
    const hub = api({ 'GET /api/views': () => ({ views }) });
    const saved = new SavedViews({ api: hub, connection, me, preferences: preferences() });
    await saved.load();
    assert.deepEqual(saved.list.map(({ id }) => id), ['3', '2', '1']);
    assert.deepEqual(saved.list.map(saved.mayChange), [true, true, false]);
    const admin = new SavedViews({ api: hub, connection, me: { id: 'g', role: 'admin' }, preferences: preferences() });
    assert.equal(admin.mayChange(views[0]), true);
    assert.equal(saved.named('saved-2').name, 'C');
});

test('a change keeps what it does not name, and a removal goes at once', async () => {
    const view = { id: '1', name: 'Mine', filter: { tag: ['x'] }, sort: 'urgency', shared: false, owner: { id: 'lina' } };
    const hub = api({
        'GET /api/views': () => ({ views: [view] }),
        'PUT /api/views/1': (body) => ({ ...view, ...body }),
    });
    const saved = new SavedViews({ api: hub, connection, me, preferences: preferences() });
    let changes = 0;
    saved.on('change', () => (changes += 1));
    await saved.load();
    await saved.change(view, { shared: true });
    assert.deepEqual(hub.calls.at(-1)[2], { name: 'Mine', filter: { tag: ['x'] }, sort: 'urgency', shared: true });
    assert.equal(saved.list[0].shared, true);
    await saved.remove(view);
    assert.deepEqual(saved.list, []);
    assert.equal(changes, 3);
});

test('a pinned view comes first, whoever owns it, until it is no longer pinned', async () => {
    const views = [
        { id: '1', name: 'B', owner: { id: 'sam' }, shared: true }, { id: '2', name: 'A', owner: { id: 'lina' } },
    ];
    const hub = api({ 'GET /api/views': () => ({ views }) });
    const saved = new SavedViews({ api: hub, connection, me, preferences: preferences() });
    const ids = () => saved.list.map(({ id }) => id);
    await saved.load();
    assert.deepEqual(ids(), ['2', '1']);
    saved.pin(views[0], true);
    assert.deepEqual(ids(), ['1', '2']);
    await saved.load();
    assert.deepEqual(ids(), ['1', '2'], 'also after the next greeting');
    saved.pin(views[0], false);
    assert.deepEqual(ids(), ['2', '1']);
});
