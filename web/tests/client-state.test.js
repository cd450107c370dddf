// Quick replies, notifications, the overview, crossings of deadlines, reports, preferences.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, fillQuickReply, unfilled } from '../state/quick-replies.js';
import { followList } from '../state/kept-list.js';
import { Notifications, summary } from '../state/notifications.js';
import { OfflineTickets } from '../state/offline-tickets.js';
import { activity, overviewTiles } from '../state/portal-view.js';
import { Preferences } from '../state/preferences.js';
import { eventsFor, mayAlert } from '../state/quiet.js';
import { change, compliance, liveTiles, periodOf, weekly } from '../state/report.js';
import { crossings } from '../state/sla-crossings.js';
import { TicketList } from '../state/tickets.js';
import { Emitter } from '../sdk/guichet.js';
import { FakeStorage, FakeTime, messageEvent, person, settle, snapshot } from './fake-hub.js';

const NOW = Date.parse('2026-01-05T10:00:00Z');

test('a quick reply speaks the language that there is, with its variables filled', () => {
    const reply = { bodies: { fr: 'Bonjour {{client.prenom}}, {{ticket.ref}} : {{agent.nom}}', en: 'Hi' } };
    const context = { snapshot: snapshot({ ref: 'T-1', client: { id: 'c', name: 'Ann Lee' } }), me: { name: 'Lina' } };
    assert.equal(fillQuickReply(bodyOf(reply, 'fr'), context).text, 'Bonjour Ann, T-1 : Lina');
    assert.equal(bodyOf({ bodies: { en: 'Hi' } }, 'fr'), 'Hi');
});

test('a variable without a value stays and is named', () => {
    const { text, missing } = fillQuickReply('See {{order.id}}', { snapshot: snapshot(), me: { name: 'x' } });
    assert.deepEqual([text, missing, unfilled(text)], ['See {{order.id}}', ['{{order.id}}'], ['{{order.id}}']]);
});

const note = (id, ticket, read = false) => ({ id, ticket, ref: ticket, kind: 'reply', at: `2026-01-05T10:00:0${id}.000Z`, read });

function bell(answers) {
    const connection = new Emitter();
    const calls = [];
    const api = {
        request: async (method, path, { body } = {}) => {
            calls.push([method, path, body]);
            if (method === 'GET' && answers === null) throw new Error('404');
            return method === 'GET' ? { notifications: answers } : null;
        },
    };
    return { connection, calls, state: new Notifications({ api, connection }) };
}

test('notifications are grouped by ticket, and each is told once', async () => {
    const { connection, state } = bell([note('1', 'T-1'), note('2', 'T-2')]);
    const arrived = [];
    state.on('arrived', (items) => arrived.push(...items.map(({ id }) => id)));
    connection.emit('hello', {});
    await settle();
    connection.emit('notification', { type: 'notification', ...note('3', 'T-1') });
    connection.emit('notification', { type: 'notification', ...note('3', 'T-1') });
    assert.deepEqual([arrived, state.unread], [['3'], 3]);
    assert.deepEqual(state.groups().map(({ ticket, items }) => [ticket, items.length]), [['T-1', 2], ['T-2', 1]]);
});

test('opening a ticket reads what was said of it', async () => {
    const { connection, state, calls } = bell([note('1', 'T-1'), note('2', 'T-2')]);
    connection.emit('hello', {});
    await settle();
    state.readTicket('T-1');
    assert.equal(state.unread, 1);
    assert.deepEqual(calls.at(-1), ['POST', '/api/notifications/read', { ids: ['1'] }]);
});

test('a hub without notifications offers no bell', async () => {
    const { connection, state } = bell(null);
    connection.emit('hello', {});
    await settle();
    assert.equal(state.isOffered, false);
});

test('many at once are one sum', () => {
    const items = Array.from({ length: 37 }, (_, index) => ({ ticket: `t${index % 12}` }));
    assert.deepEqual(summary(items), { isMany: true, events: 37, tickets: 12 });
});

test('the overview counts open, waiting and answered tickets', () => {
    const answered = (minutes) => ({ state: 'running', firstResponse: {
        metAt: new Date(Date.parse('2026-01-05T09:00:00Z') + minutes * 60_000).toISOString(),
    } });
    const snapshots = [
        snapshot({ sla: answered(10) }),
        snapshot({ status: 'waiting', sla: answered(30) }),
        snapshot({ status: 'resolved' }),
    ];
    assert.deepEqual(overviewTiles(snapshots, NOW),
        { open: 2, waiting: 1, resolved: 1, medianMs: 20 * 60_000, answered: 2 });
});

test('activity is the newest of all rooms of a project', () => {
    const room = (project, ...seqs) => ({ snapshot: snapshot({ project }), events: seqs.map((seq) => messageEvent(seq, person('a'), 'x')) });
    const rows = activity([room('a', 1, 5), room('b', 3), room('a', 4)], { project: 'a', limit: 2 });
    assert.deepEqual(rows.map(({ event }) => event.seq), [5, 4]);
});

test('a deadline is announced when it is crossed, not when it is first seen', () => {
    const known = new Map();
    const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
    const nextDue = { clock: 'resolution', deadlineAt: at(150) };
    const ticket = snapshot({ sla: { state: 'running', targetHours: 8, deadlineAt: at(150), nextDue } });
    assert.deepEqual(crossings(known, [ticket], NOW), []);
    const [crossed] = crossings(known, [ticket], NOW + 31 * 60_000);
    assert.deepEqual([crossed.state, crossed.minutes], ['warn', 119]);
    assert.deepEqual(crossings(known, [ticket], NOW + 32 * 60_000), []);
    assert.equal(crossings(known, [ticket], NOW + 151 * 60_000)[0].state, 'breached');
});

test('shares of nothing are no shares', () => {
    assert.equal(compliance({}), null);
    assert.equal(compliance({ met: 3, missed: 1 }), 0.75);
    assert.equal(change(5, 0), null);
    assert.equal(change(15, 10), 0.5);
});

test('weeks end today, and a period has one before it', () => {
    const days = Array.from({ length: 10 }, (_, index) => ({ resolution: { met: index < 3 ? 0 : 1, missed: index < 3 ? 1 : 0 } }));
    assert.deepEqual(weekly(days, 'resolution'), [0, 1]);
    assert.deepEqual(periodOf('week', NOW), { from: '2025-12-30', to: '2026-01-05', before: { from: '2025-12-23', to: '2025-12-29' } });
});

test('live tiles count what their lists hold', () => {
    const soon = { state: 'running', nextDue: { clock: 'resolution', deadlineAt: '2026-01-05T10:30:00.000Z' } };
    const snapshots = [snapshot({ sla: soon, waitingSince: '2026-01-05T09:00:00.000Z' }), snapshot({ status: 'waiting' })];
    assert.deepEqual(liveTiles(snapshots, NOW, () => false),
        { open: 2, free: 1, waiting: 1, late: 0, soon: 1, oldestMs: 3_600_000 });
});

test('only chosen events are told, not in quiet hours and not during a pause', () => {
    const preferences = new Preferences(new FakeStorage());
    const at = (hour, minute = 0) => new Date(2026, 0, 5, hour, minute);
    const tells = (how, kind, now = at(12)) => mayAlert(preferences, how, kind, now);
    assert.equal(tells('sounds', 'reply'), false, 'no sound until one is chosen');
    preferences.set('sounds', ['message']);
    assert.deepEqual(['reply', 'mention', 'resolved', 'slaBreach', 'new'].map((kind) => tells('sounds', kind)),
        [true, true, false, false, false]);
    assert.equal(tells('notices', 'resolved'), true);
    preferences.set('quietFrom', '22:00');
    assert.equal(tells('sounds', 'reply', at(23)), true, 'a beginning alone is no time');
    preferences.set('quietTo', '07:30');
    assert.deepEqual([21, 22, 0, 7, 8].map((hour) => tells('sounds', 'reply', at(hour))),
        [true, false, false, false, true]);
    assert.equal(tells('sounds', 'reply', at(7, 30)), true);
    preferences.set('pausedUntil', at(13).getTime());
    assert.deepEqual([tells('notices', 'reply', at(12, 59)), tells('notices', 'reply', at(13))], [false, true]);
    assert.deepEqual([eventsFor('client'), eventsFor('admin').length], [['message', 'status'], 4]);
});

test('preferences survive, and nonsense among them is passed over', () => {
    const storage = new FakeStorage();
    new Preferences(storage).set('undoSeconds', 5);
    assert.equal(new Preferences(storage).get('undoSeconds'), 5);
    storage.setItem('guichet.preferences', '{"undoSeconds":"x","sounds":{},"enterSends":true}');
    const odd = new Preferences(storage);
    assert.deepEqual([odd.get('undoSeconds'), odd.get('sounds'), odd.get('enterSends')], [8, [], true]);
});

test('the last twenty tickets are kept for a page without a network', () => {
    const kept = new OfflineTickets(new FakeStorage(), 'ann');
    assert.equal(kept.read(), null);
    kept.save(Array.from({ length: 30 }, (_, index) => snapshot({ updatedAt: `2026-01-05T09:00:${10 + index}.000Z` })), NOW);
    assert.deepEqual([kept.read().snapshots.length, kept.read().at], [20, NOW]);
    assert.equal(kept.read().snapshots[0].updatedAt, '2026-01-05T09:00:39.000Z');
});

test('a redaction takes its words from the device at once, and a sign-out takes all', () => {
    const time = new FakeTime();
    const storage = new FakeStorage();
    const said = { seq: 2, excerpt: 'my password' };
    // What an earlier visit left on the device.
    new OfflineTickets(storage, 'ann').save([snapshot({ id: 't', seq: 2, lastMessage: said })], NOW);
    const kept = new OfflineTickets(storage, 'ann');
    const list = new TicketList({ id: 'ann' });
    const save = followList(kept, list, { ...time, isReady: () => list.isLoaded });
    const redacted = { seq: 2, excerpt: '', redacted: true };
    list.load([snapshot({ id: 't', seq: 3, lastMessage: redacted })]);
    assert.equal(kept.read().snapshots[0].seq, 3, 'a list that was loaded');

    list.put(snapshot({ id: 't', seq: 4, lastMessage: { seq: 4, excerpt: 'my password' } }));
    assert.equal(kept.read().snapshots[0].seq, 3, 'other changes wait');
    time.pass(10_000);
    assert.equal(kept.read().snapshots[0].lastMessage.excerpt, 'my password');
    list.applyEvent({ kind: 'redaction', ticket: 't', seq: 5, redacts: 4, at: '', by: person('lina'), reason: '' });
    assert.equal(kept.read().snapshots[0].lastMessage.excerpt, '');

    kept.clear();
    save();
    list.put(snapshot({ id: 'u' }));
    time.pass(10_000);
    assert.equal(kept.read(), null);
});
