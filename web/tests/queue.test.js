import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches } from '../state/filters.js';
import { belongs, countViews } from '../state/queue-views.js';
import { Queue } from '../state/queue.js';
import { TicketList } from '../state/tickets.js';
import { byUrgency } from '../state/urgency.js';
import { changeEvent, messageEvent, person, snapshot } from './fake-hub.js';

const NOW = Date.parse('2026-01-05T10:00:00Z');
const lina = person('lina');
const running = (deadlineAt, breached = false) =>
    ({ state: 'running', breached, deadlineAt, nextDue: { clock: 'resolution', deadlineAt } });

test('urgency: breached, then the next deadline, then priority, then the oldest', () => {
    const late = snapshot({ sla: running('2026-01-05T09:59:00Z') });
    const soon = snapshot({ sla: running('2026-01-05T10:30:00Z'), priority: 'low' });
    const urgent = snapshot({ sla: running('2026-01-05T12:00:00Z'), priority: 'urgent' });
    const older = snapshot({ sla: running('2026-01-05T12:00:00Z'), createdAt: '2026-01-01T09:00:00Z' });
    const newer = snapshot({ sla: running('2026-01-05T12:00:00Z'), createdAt: '2026-01-02T09:00:00Z' });
    const paused = snapshot({
        sla: {
            state: 'paused',
            breached: false,
            deadlineAt: '2026-01-05T10:10:00Z',
            nextDue: null,
        },
    });
    const sorted = [newer, paused, older, urgent, soon, late].sort(byUrgency(NOW));
    assert.deepEqual(sorted, [late, soon, urgent, older, newer, paused]);
});

test('views: each snapshot is where it belongs', () => {
    const snapshots = [
        snapshot(),
        snapshot({ assignedTo: lina, status: 'in_progress' }),
        snapshot({ assignedTo: lina, status: 'waiting' }),
        snapshot({ status: 'resolved' }),
    ];
    snapshots.push(snapshot({ watchers: [lina], sla: running('2026-01-05T10:10:00Z') }));
    assert.deepEqual(countViews(snapshots, 'lina', NOW), {
        unassigned: 2,
        mine: 2,
        watching: 1,
        mentions: 0,
        risk: 1,
        waiting: 1,
        all: 4,
        resolved: 1,
    });
    assert.equal(belongs('mine', snapshots[1], 'nora'), false);
});

test('the filter finds words without accents or case, in any part', () => {
    const ticket = snapshot({ title: 'Paiement refusé', client: { id: 'x', name: 'Zoé Durand' } });
    assert.ok(matches(ticket, 'REFUSE zoe'));
    assert.ok(matches(ticket, ticket.ref.toLowerCase()));
    assert.ok(!matches(ticket, 'paiement nora'));
});

test('the queue follows upserts and removals', () => {
    const queue = new Queue();
    const [a, b] = [snapshot(), snapshot()];
    queue.reset({ tickets: [a], rev: 1, more: false, counts: {} });
    const entered = [];
    const left = [];
    queue.on('entered', ({ id }) => entered.push(id));
    queue.on('left', ({ id, why }) => left.push([id, why]));
    assert.equal(queue.apply({ op: 'upsert', ticket: b, rev: 2 }), 'applied');
    assert.equal(
        queue.apply({ op: 'upsert', ticket: { ...a, status: 'waiting', seq: 2 }, rev: 3 }),
        'applied',
    );
    assert.equal(queue.apply({ op: 'remove', id: b.id, rev: 4, why: 'taken' }), 'applied');
    assert.deepEqual([entered, left], [[b.id], [[b.id, 'taken']]]);
    assert.deepEqual([...queue.snapshots.values()].map(({ status }) => status), ['waiting']);
});

test('a gap in rev is reported, a repeat is ignored', () => {
    const queue = new Queue();
    queue.reset({ tickets: [], rev: 5, more: false });
    assert.equal(queue.apply({ op: 'upsert', ticket: snapshot(), rev: 5 }), 'known');
    assert.equal(queue.apply({ op: 'upsert', ticket: snapshot(), rev: 7 }), 'gap');
});

test('joining again drops what has left and announces what is new', () => {
    const queue = new Queue();
    const [a, b] = [snapshot(), snapshot()];
    queue.reset({ tickets: [a], rev: 1 });
    const entered = [];
    queue.on('entered', ({ id }) => entered.push(id));
    queue.reset({ tickets: [b], rev: 9 });
    assert.deepEqual([[...queue.snapshots.keys()], entered], [[b.id], [b.id]]);
});

test('a client sees what waits for them first, last activity first within', () => {
    const list = new TicketList('ann');
    const [old, fresh] = [
        snapshot({ updatedAt: '2026-01-01T00:00:00Z' }),
        snapshot({ updatedAt: '2026-01-03T00:00:00Z' }),
    ];
    const waiting = snapshot({ status: 'waiting' });
    list.load([old, waiting, fresh, snapshot({ status: 'closed', project: 'other' })]);
    assert.deepEqual(
        list.groups({ project: 'shop' }).map(({ name, snapshots }) =>
            [name, snapshots.map(({ id }) => id)]),
        [['waiting', [waiting.id]], ['active', [fresh.id, old.id]]],
    );
});

test('unread: a newer message of the team, beyond one\'s own mark', () => {
    const list = new TicketList('ann');
    const ticket = snapshot({ id: 't' });
    list.load([ticket]);
    list.setRead('t', 1);
    assert.equal(list.isUnread(list.snapshots.get('t')), false);
    list.applyEvent(messageEvent(2, lina, 'hello'));
    assert.equal(list.isUnread(list.snapshots.get('t')), true);
    list.setRead('t', 2);
    assert.equal(list.isUnread(list.snapshots.get('t')), false);
    list.applyEvent(changeEvent(3, lina, { status: { from: 'open', to: 'resolved' } }));
    assert.equal(list.groups()[0].name, 'resolved');
});

test('a row under the keyboard keeps its place, and leaves it afterwards', () => {
    const list = new TicketList('ann');
    list.load([
        snapshot({ id: 'a', seq: 1, status: 'open', updatedAt: '2026-01-05T10:00:00.000Z' }),
        snapshot({ id: 'b', seq: 1, status: 'open', updatedAt: '2026-01-05T09:00:00.000Z' }),
    ]);
    const held = list.snapshots.get('b');
    list.applyEvent({
        ticket: 'b', seq: 2, prev: 1, at: '2026-01-05T11:00:00.000Z', kind: 'change', by: null,
        changes: { status: { from: 'open', to: 'resolved' } },
    });
    const keep = ({ status }) => status === 'open';
    const shown = (options) => list.groups(options).map(({ name, snapshots }) =>
        [name, snapshots.map(({ id, status }) => `${id} ${status}`)]);
    assert.deepEqual(shown({ keep, held }), [['active', ['a open', 'b resolved']]]);
    assert.deepEqual(shown({}), [['active', ['a open']], ['resolved', ['b resolved']]]);
});
