import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTimeline, systemLinesOf } from '../state/timeline.js';
import { changeEvent, messageEvent, person, snapshot } from './fake-hub.js';

const lina = person('lina');
const ann = person('ann', 'client');
const options = { me: 'ann', dayOf: (at) => new Date(at).toISOString().slice(0, 10) };
const kinds = (entries) => entries.map(({ kind }) => kind);
const pending = (fields) => ({
    key: 'k',
    at: Date.parse('2026-01-05T10:00:00Z'),
    state: 'sending',
    seq: null,
    sinceSeq: 1,
    fields: { body: 'hello' },
    ...fields,
});

test('the description is the first message, by the client', () => {
    const created = {
        ticket: 't',
        seq: 1,
        prev: 0,
        at: '2026-01-05T09:00:00.000Z',
        by: lina,
        kind: 'created',
        head: snapshot({ description: 'It smokes' }),
    };
    const [, first] = makeTimeline([created], [], options);
    assert.deepEqual([first.kind, first.message.body, first.message.author.id], [
        'message',
        'It smokes',
        'ann',
    ]);
});

test('messages of one author within five minutes are a group; a note never joins a reply', () => {
    const note = messageEvent(3, lina, 'c');
    note.message.internal = true;
    const entries = makeTimeline(
        [messageEvent(1, lina, 'a'), messageEvent(2, lina, 'b'), note, messageEvent(12, lina, 'd')],
        [],
        options,
    );
    assert.deepEqual(
        entries.filter(({ kind }) => kind === 'message').map(({ isGrouped }) => isGrouped),
        [false, true, false, false],
    );
});

test('a new day has its line', () => {
    const tomorrow = messageEvent(2, lina, 'b', { at: '2026-01-06T09:00:00.000Z' });
    assert.deepEqual(kinds(makeTimeline([messageEvent(1, lina, 'a'), tomorrow], [], options)), [
        'day',
        'message',
        'day',
        'message',
    ]);
});

test('the mark stands before the first unread message of somebody else', () => {
    const entries = makeTimeline(
        [messageEvent(1, lina, 'a'), messageEvent(2, ann, 'b'), messageEvent(3, lina, 'c')],
        [],
        { ...options, unreadAfter: 1 },
    );
    assert.deepEqual(kinds(entries), ['day', 'message', 'message', 'new', 'message']);
});

test('a message and its change of status are two entries of one event', () => {
    const event = messageEvent(1, lina, 'done', {
        changes: { status: { from: 'open', to: 'resolved' } },
    });
    assert.deepEqual(kinds(makeTimeline([event], [], options)), ['day', 'message', 'system']);
});

test('filters show notes, public messages, or history', () => {
    const note = messageEvent(2, lina, 'n');
    note.message.internal = true;
    const events = [
        messageEvent(1, lina, 'a'),
        note,
        changeEvent(3, lina, { priority: { from: 'low', to: 'high' } }),
    ];
    for (
        const [show, seqs] of [
            ['all', [1, 2, 3]],
            ['public', [1]],
            ['notes', [2]],
            ['history', [3]],
        ]
    ) {
        assert.deepEqual(
            makeTimeline(events, [], {
                ...options,
                show,
            }).filter(({ seq }) => seq).map(({ seq }) => seq),
            seqs,
        );
    }
});

test('facts become codes', () => {
    assert.deepEqual(
        systemLinesOf(
            changeEvent(1, lina, {
                assignedTo: { from: null, to: lina },
                status: { from: 'open', to: 'in_progress' },
            }),
        ).map(({ key }) => key),
        ['change.taken', 'change.status'],
    );
    assert.equal(
        systemLinesOf(changeEvent(1, ann, { assignedTo: { from: null, to: lina } }))[0].key,
        'change.assigned',
    );
    assert.equal(
        systemLinesOf(changeEvent(1, lina, { assignedTo: { from: lina, to: null } }))[0].key,
        'change.released',
    );
    const date = { from: null, to: '2026-12-24T17:00:00.000Z' };
    assert.deepEqual(
        systemLinesOf(changeEvent(1, lina, { dueAt: date, unknown: { from: 1, to: 2 } })),
        [{ key: 'change.dueAt', params: date }],
    );
    assert.equal(
        systemLinesOf({ kind: 'sla', sla: [{ clock: 'resolution', phase: 'breached' }] })[0].key,
        'sla.event.breached',
    );
});

test('a message on its way is shown until its event is here', () => {
    const before = [messageEvent(1, lina, 'a')];
    assert.equal(makeTimeline(before, [pending()], options).at(-1).kind, 'pending');
    const after = [...before, messageEvent(2, ann, 'hello')];
    assert.equal(makeTimeline(after, [pending()], options).at(-1).kind, 'message');
    assert.equal(
        makeTimeline(after, [pending({ state: 'sent', seq: 2 })], options).at(-1).kind,
        'message',
    );
    assert.equal(
        makeTimeline(after, [pending({ state: 'sent', seq: 3 })], options).at(-1).kind,
        'pending',
    );
});

test('two equal messages need two events', () => {
    const events = [messageEvent(1, lina, 'a'), messageEvent(2, ann, 'hello')];
    const entries = makeTimeline(events, [pending(), pending({ key: 'k2' })], options);
    assert.equal(entries.filter(({ kind }) => kind === 'pending').length, 1);
});

test('an equal message from before it was sent does not count', () => {
    const events = [messageEvent(1, ann, 'hello')];
    assert.equal(makeTimeline(events, [pending({ sinceSeq: 1 })], options).at(-1).kind, 'pending');
});
