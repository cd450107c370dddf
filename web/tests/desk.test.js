// The console's state: rules, quick replies, drafts, selection beyond the list, read marks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeMany } from '../net/bulk.js';
import { Emitter } from '../sdk/guichet.js';
import { Drafts } from '../state/drafts.js';
import { noFilters } from '../state/filters.js';
import { hubQuery } from '../state/hub-query.js';
import { foldAlike, Notifications } from '../state/notifications.js';
import { QueueSource } from '../state/queue-source.js';
import { Queue } from '../state/queue.js';
import { dayOf, ownPeriod, periodOf, zoneChoices } from '../state/report.js';
import { holidaysFrom, replyProblems, splitMinutes, weekOf } from '../state/rules.js';
import { Selection } from '../state/selection.js';
import { ticketFiles } from '../state/ticket-files.js';
import { FakeStorage, settle, snapshot } from './fake-hub.js';

const NOW = Date.parse('2026-01-05T10:00:00Z');

test('a week has seven days, with their frames as parts of the day', () => {
    const week = weekOf({ hours: { mon: [['06:00', '12:00'], ['18:00', '24:00']] } });
    assert.deepEqual(week.map(({ day }) => day), ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
    assert.deepEqual(week[0].frames.map(({ start, share }) => [start, share]), [[0.25, 0.25], [0.75, 0.25]]);
    assert.deepEqual([week[0].minutes, week[6].minutes, week[6].frames], [720, 0, []]);
});

test('minutes are days only where they are whole ones', () => {
    assert.deepEqual(splitMinutes(90), { days: 0, hours: 1, minutes: 30 });
    assert.deepEqual(splitMinutes(72 * 60), { days: 3, hours: 0, minutes: 0 });
    assert.deepEqual(splitMinutes(24 * 60), { days: 0, hours: 24, minutes: 0 });
    assert.equal(splitMinutes(null), null);
});

test('future holidays come before past ones', () => {
    assert.deepEqual(holidaysFrom(['2026-12-25', '2025-12-25', '2026-01-05'], '2026-01-05'),
        { coming: ['2026-01-05', '2026-12-25'], past: ['2025-12-25'] });
});

test('a quick reply is looked at before it is sent', () => {
    const reply = { title: 'A', shortcut: 'a-1', bodies: { fr: '{{client.prenom}}', en: '' } };
    assert.deepEqual(replyProblems(reply, []), {});
    assert.equal(replyProblems({ ...reply, title: '' }, []).title.key, 'reply.needsTitle');
    assert.equal(replyProblems({ ...reply, shortcut: 'É' }, []).shortcut.key, 'reply.badShortcut');
    assert.equal(replyProblems(reply, [{ shortcut: 'a-1' }]).shortcut.key, 'reply.takenShortcut');
    assert.equal(replyProblems({ ...reply, bodies: { fr: '', en: '' } }, []).fr.key, 'reply.needsBody');
    assert.deepEqual(replyProblems({ ...reply, bodies: { fr: 'x', en: '{{order.id}}' } }, []).en,
        { key: 'reply.badVariable', params: { name: 'order.id' } });
});

test('the composer begins with the only draft, else the last mode of the ticket, else the preferred one', () => {
    const drafts = new Drafts(new FakeStorage(), 'lina');
    assert.equal(drafts.modeOf('t1'), 'reply');
    assert.equal(drafts.modeOf('t1', 'note'), 'note');
    drafts.choose('t1', 'reply');
    assert.equal(drafts.modeOf('t1', 'note'), 'reply');
    assert.equal(drafts.modeOf('t2', 'note'), 'note');
    drafts.write('t1', 'note', 'to do', 3);
    assert.equal(drafts.modeOf('t1'), 'note');
    drafts.write('t1', 'reply', 'hello', 3);
    assert.equal(drafts.modeOf('t1', 'note'), 'reply');
});

test('drafts tell which tickets have one, and only when that changes', () => {
    const drafts = new Drafts(new FakeStorage(), 'lina');
    let changes = 0;
    drafts.onChange = () => (changes += 1);
    assert.deepEqual([...drafts.tickets()], []);
    drafts.write('t1', 'note', 'a', 3);
    assert.deepEqual([...drafts.tickets()], ['t1']);
    drafts.write('t1', 'note', 'ab', 3);
    assert.equal(changes, 1);
    drafts.clear('t1', 'note');
    assert.deepEqual([...drafts.tickets()], []);
    assert.equal(changes, 2);
});

test('ticks of tickets that the list has not loaded stay', () => {
    const selection = new Selection();
    selection.allOf([snapshot({ id: 'a' }), snapshot({ id: 'z' })]);
    selection.keep(['a', 'b']);
    assert.deepEqual([...selection.ids], ['a', 'z']);
    selection.clear();
    assert.deepEqual([selection.size, selection.beyond.size], [0, 0]);
});

test('the hub answers a list only where its filters mean the same', () => {
    const filters = { ...noFilters(), priority: ['high'] };
    assert.deepEqual(hubQuery('unassigned', filters, 'badge'), {
        query: { status: ['open', 'in_progress'], priority: ['high'], assignedTo: ['none'], q: 'badge' }, isExact: true,
    });
    const late = hubQuery('all', { ...filters, sla: ['soon'] }, 'avant:2026-01-01');
    assert.deepEqual(late, { query: { status: ['open', 'in_progress', 'waiting'], priority: ['high'] }, isExact: false });
});

test('a part of the queue, operators and words are questions for the hub', () => {
    const active = ['open', 'in_progress', 'waiting'];
    assert.deepEqual(hubQuery('risk', noFilters(), ''), { query: { status: active, sla: ['breached', 'warning'] }, isExact: true });
    assert.deepEqual(hubQuery('all', noFilters(), 'statut:clos'), { query: { status: ['closed'] }, isExact: true });
    assert.equal(hubQuery('all', { ...noFilters(), priority: ['high'] }, 'priorité:basse').isExact, false, 'both would have to hold');
    assert.deepEqual(hubQuery('all', noFilters(), 'T-1121').query.status, [...active, 'resolved', 'closed']);
});

function source(view, { snapshots = [], over = [], filters = noFilters(), text = '' } = {}) {
    const queue = new Queue();
    queue.reset({ tickets: snapshots, counts: {}, more: true, rev: 1 });
    const made = new QueueSource({ me: { id: 'lina' }, clock: { now: () => NOW } }, {
        queue, resolved: { snapshots: over, count: over.length }, mentioned: () => new Set(['m']),
        drafts: { tickets: () => new Set(['d']) },
    }, () => ({ filters, text, found: new Set() }));
    made.view = view;
    return made;
}

const ids = (snapshots) => snapshots.map(({ id }) => id);

test('mentions reach into what is resolved, a saved view only when its filters say so', () => {
    const snapshots = [snapshot({ id: 'a' }), snapshot({ id: 'd' })];
    const over = [snapshot({ id: 'm', status: 'resolved' })];
    assert.deepEqual(ids(source('mentions', { snapshots, over }).shown()), ['m']);
    assert.deepEqual(ids(source('saved-1', { snapshots, over }).shown()), ['a', 'd']);
    const filters = { ...noFilters(), status: ['resolved'] };
    assert.deepEqual(ids(source('saved-1', { snapshots, over, filters }).shown()), ['m']);
    assert.deepEqual(ids(source('all', { snapshots, text: 'a:brouillon' }).shown()), ['d']);
});

test('a requested list keeps only tickets that fit it', () => {
    const asked = source('all', { filters: { ...noFilters(), tag: ['vip'] }, text: 'badge' }).asked();
    assert.equal(asked.fits(snapshot({ tags: ['vip'] })), true, 'the words were found by the hub');
    assert.equal(asked.fits(snapshot({ tags: [] })), false);
    assert.equal(source('mentions').asked(), null);
});

test('own dates have as many days before them, and make sense', () => {
    assert.deepEqual(ownPeriod('2026-01-01', '2026-01-05', NOW), {
        from: '2026-01-01', to: '2026-01-05', before: { from: '2025-12-27', to: '2025-12-31' },
    });
    assert.equal(ownPeriod('2026-01-05', '2026-01-01', NOW), null);
    assert.equal(ownPeriod('2026-01-01', '2026-01-06', NOW), null, 'tomorrow has not been');
    assert.equal(ownPeriod('2020-01-01', '2026-01-01', NOW), null, 'more than a year');
    assert.equal(ownPeriod('', '2026-01-01', NOW), null);
});

test('periods are days of the zone that is shown', () => {
    const now = Date.parse('2026-03-29T22:30:00Z');
    assert.equal(dayOf(now), '2026-03-29');
    assert.equal(dayOf(now, 'Europe/Paris'), '2026-03-30');
    assert.equal(dayOf(now, 'Pacific/Pago_Pago'), '2026-03-29');
    assert.equal(dayOf(now, 'Moon/Tycho'), '2026-03-29', 'a zone that this browser does not know');
    assert.deepEqual(periodOf('today', now, 'Europe/Paris'), {
        from: '2026-03-30', to: '2026-03-30', before: { from: '2026-03-29', to: '2026-03-29' },
    });
    assert.equal(periodOf('week', now, 'Europe/Paris').from, '2026-03-24', 'across a change of clocks');
    assert.ok(ownPeriod('2026-03-30', '2026-03-30', now, 'Europe/Paris'));
    assert.equal(ownPeriod('2026-03-30', '2026-03-30', now, 'UTC'), null, 'tomorrow there');
});

test('the reader comes first among the zones to choose from', () => {
    assert.deepEqual(zoneChoices('Asia/Tokyo', 'Europe/Paris'), ['Europe/Paris', 'Asia/Tokyo', 'UTC']);
    assert.deepEqual(zoneChoices('UTC', 'UTC'), ['UTC']);
});

test('many changes go in steps of at most five hundred', async () => {
    const sizes = [];
    const request = async (method, path, { body: { ids: some } }) => {
        sizes.push(some.length);
        return { results: some.map((id) => ({ id, ok: true })) };
    };
    const many = Array.from({ length: 12_000 }, (_, index) => String(index));
    const { done } = await changeMany({ api: { request } }, many, { set: { priority: 'low' } });
    assert.equal(done.length, 12_000);
    assert.deepEqual([...new Set(sizes)], [500]);
});

test('a cancel keeps what is done and does no more', async () => {
    let steps = 0;
    const request = async (method, path, { body: { ids: some } }) =>
        ({ results: some.map((id) => ({ id, ok: true })) });
    const many = Array.from({ length: 200 }, (_, index) => String(index));
    const { done } = await changeMany({ api: { request } }, many, { set: {} },
        { onProgress: () => (steps += 1), isCancelled: () => steps === 2 });
    assert.equal(done.length, 100);
});

test('each file of a ticket is announced once', () => {
    const file = (id) => ({ id, name: id });
    const room = {
        snapshot: { attachments: [file('a')] },
        events: [{ message: { attachments: [file('b'), file('a')] } }, { changes: {} }],
    };
    assert.deepEqual(ids(ticketFiles(room)), ['a', 'b']);
});

const notice = (id, ticket, kind = 'reply') =>
    ({ id, ticket, ref: ticket, kind, at: `2026-01-05T10:00:0${id}.000Z`, read: false });

function bell(pages, options) {
    const connection = new Emitter();
    const posts = [];
    const api = {
        request: async (method, path, { body, query } = {}) => {
            if (method === 'POST') return void posts.push(body.ids);
            return pages[query.before ?? 'first'];
        },
    };
    return { connection, posts, state: new Notifications({ api, connection }, options) };
}

test('what comes while a ticket is open and looked at is read, and no news', async () => {
    let isLooking = true;
    const { connection, posts, state } = bell(
        { first: { notifications: [notice('1', 'a')], next: null } }, { isLooking: () => isLooking });
    const news = [];
    state.on('arrived', (items) => news.push(...ids(items)));
    state.setOpen('a');
    connection.emit('hello', {});
    await settle();
    assert.deepEqual([posts, state.unread], [[['1']], 0], 'the list came after the ticket was open');
    connection.emit('notification', { type: 'notification', ...notice('2', 'a') });
    assert.deepEqual([posts.at(-1), news], [['2'], []]);
    isLooking = false;
    connection.emit('notification', { type: 'notification', ...notice('3', 'a') });
    assert.deepEqual([state.unread, news], [1, ['3']]);
    isLooking = true;
    state.look();
    assert.equal(state.unread, 0);
    state.setOpen(null);
    connection.emit('notification', { type: 'notification', ...notice('4', 'a') });
    assert.equal(state.unread, 1);
});

test('what one tab reads is read in the others and sent to the hub once', async () => {
    const channels = [];
    const channel = () => {
        const made = new EventTarget();
        made.postMessage = (data) => channels.filter((each) => each !== made).forEach((each) =>
            each.dispatchEvent(Object.assign(new Event('message'), { data })));
        channels.push(made);
        return made;
    };
    const pages = { first: { notifications: [notice('1', 'a'), notice('2', 'b')], next: null } };
    const [one, two] = [bell(pages, { channel: channel() }), bell(pages, { channel: channel() })];
    for (const { connection } of [one, two]) connection.emit('hello', {});
    await settle();
    one.state.readTicket('a');
    assert.deepEqual([one.state.unread, two.state.unread], [1, 1]);
    assert.deepEqual([one.posts, two.posts], [[['1']], []]);
});

test('mentions are looked for in older pages, too', async () => {
    const { connection, state } = bell({
        first: { notifications: [notice('5', 'a'), notice('4', 'b', 'mention')], next: '4' },
        4: { notifications: [notice('2', 'c', 'mention')], next: null },
    });
    connection.emit('hello', {});
    await settle();
    await settle();
    assert.deepEqual([...state.mentioned].sort(), ['b', 'c']);
    assert.equal(state.list.length, 2, 'older pages do not fill the list');
});

test('a queue of an earlier visit is shown until the hub answers', () => {
    const queue = new Queue();
    const entered = [];
    queue.on('entered', ({ id }) => entered.push(id));
    queue.show([snapshot({ id: 'old' })]);
    assert.deepEqual([queue.isShown, queue.isLoaded, [...queue.snapshots.keys()]], [true, false, ['old']]);
    queue.reset({ tickets: [snapshot({ id: 'new' })], counts: {}, more: false, rev: 1 });
    assert.deepEqual([[...queue.snapshots.keys()], entered], [['new'], []]);
});

test('many notifications alike are one line, of one read state; others stay', () => {
    const group = (ticket, kind, read = false, ...more) => ({
        ticket, ref: `T-${ticket}`, items: [kind, ...more].map((each) => ({ kind: each, read, ticket })),
    });
    const late = [1, 2, 3, 4].map((ticket) => group(ticket, 'slaBreach'));
    const groups = [group(9, 'mention'), late[0], late[1], group(8, 'reply', false, 'slaBreach'), late[2],
        late[3], group(7, 'slaBreach', true)];
    assert.deepEqual(foldAlike(groups).map(({ kind, isRead, groups: all }) => [kind, isRead, all.length]), [
        ['mention', false, 1], ['slaBreach', false, 4], ['reply', false, 1], ['slaBreach', true, 1],
    ]);
    assert.equal(foldAlike(late.slice(0, 3)).length, 3);
});
