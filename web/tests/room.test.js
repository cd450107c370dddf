import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerpt, foldSnapshot } from '../sdk/ticket-head.js';
import { movesClocks } from '../state/snapshot.js';
import { Room } from '../state/room.js';
import { changeEvent, messageEvent, person, snapshot } from './fake-hub.js';

const lina = person('lina');
const ann = person('ann', 'client');

function loaded(now = () => 0) {
    const room = new Room('t', now);
    room.applyJoined(
        {
            ticket: snapshot({ id: 't', seq: 2 }),
            events: [messageEvent(1, ann, 'a'), messageEvent(2, lina, 'b')],
            seq: 2,
            more: true,
            reads: [{ by: 'ann', seq: 1 }],
            present: [lina],
        },
        undefined,
    );
    return room;
}

test('an event is applied once', () => {
    const room = loaded();
    assert.equal(room.applyEvent(messageEvent(3, ann, 'c')), 'applied');
    assert.equal(room.applyEvent(messageEvent(3, ann, 'c')), 'known');
    assert.equal(room.events.length, 3);
});

test('prev, not seq, tells a hole: a reader may not see every number', () => {
    const room = loaded();
    assert.equal(room.applyEvent(messageEvent(6, ann, 'c', { prev: 2 })), 'applied');
    assert.equal(room.applyEvent(messageEvent(9, ann, 'd', { prev: 8 })), 'gap');
    assert.equal(room.newest, 6);
});

test('an event folds into the snapshot', () => {
    const room = loaded();
    room.applyEvent(
        messageEvent(3, lina, 'Done.  Please\ncheck', {
            changes: {
                status: { from: 'open', to: 'resolved' },
                assignedTo: { from: null, to: lina },
            },
        }),
    );
    assert.equal(room.snapshot.status, 'resolved');
    assert.equal(room.snapshot.assignedTo.id, 'lina');
    assert.deepEqual(room.snapshot.lastMessage, {
        seq: 3,
        at: '2026-01-05T09:03:00.000Z',
        authorRole: 'technician',
        excerpt: 'Done. Please check',
    });
});

test('an older snapshot does not undo a newer one', () => {
    const room = loaded();
    room.applyEvent(changeEvent(3, lina, { priority: { from: 'normal', to: 'urgent' } }));
    room.setSnapshot(snapshot({ id: 't', seq: 2, priority: 'low' }));
    assert.equal(room.snapshot.priority, 'urgent');
    assert.equal(
        foldSnapshot(
            snapshot({ seq: 9 }),
            changeEvent(4, lina, { priority: { from: 'a', to: 'b' } }),
        ).priority,
        'normal',
    );
});

test('older pages go before, without doubles', () => {
    const room = loaded();
    room.events.shift();
    room.applyOlder({
        events: [messageEvent(1, ann, 'a'), messageEvent(2, lina, 'b')],
        more: false,
    });
    assert.deepEqual(room.events.map(({ seq }) => seq), [1, 2]);
    assert.equal(room.hasOlder, false);
});

test('typing runs out by itself, and at once with the message', () => {
    let now = 0;
    const room = loaded(() => now);
    room.setTyping({ by: ann, on: true });
    assert.equal(room.writers().length, 1);
    now = 6001;
    assert.equal(room.writers().length, 0);
    room.setTyping({ by: ann, on: true });
    room.applyEvent(messageEvent(3, ann, 'c'));
    assert.equal(room.writers().length, 0);
});

test('read marks only go up', () => {
    const room = loaded();
    room.setRead(ann, 2);
    room.setRead('ann', 1);
    assert.equal(room.reads.get('ann'), 2);
});

test('an excerpt is one line, cut between characters where the hub cuts it', () => {
    assert.equal(excerpt(' a\n\n b '), 'a b');
    assert.equal(excerpt('👩‍🚒'.repeat(120)), '👩‍🚒'.repeat(120));
    assert.equal(excerpt('👩‍🚒'.repeat(121)), `${'👩‍🚒'.repeat(120)}…`);
    assert.equal(excerpt(`${'a'.repeat(119)} b`), `${'a'.repeat(119)}…`);
});

test('a note moves no clock, a public answer may', () => {
    assert.equal(movesClocks(messageEvent(1, lina, 'x')), true);
    assert.equal(movesClocks({ message: { internal: true } }), false);
    assert.equal(movesClocks(changeEvent(1, lina, { tags: { from: [], to: ['a'] } })), false);
    assert.equal(
        movesClocks(changeEvent(1, lina, { priority: { from: 'low', to: 'high' } })),
        true,
    );
});

test('a redaction takes the words of its message, of the snapshot and of the description', () => {
    const room = new Room('t');
    const created = {
        ticket: 't', seq: 1, prev: 0, at: '2026-01-05T09:00:00.000Z', by: person('ann', 'client'), kind: 'created',
        head: snapshot({ id: 't', description: 'secret', attachments: [{ id: 'f' }] }),
    };
    const said = messageEvent(2, person('ann', 'client'), 'my password', { message: {
        id: 'm', seq: 2, author: person('ann', 'client'), body: 'my password', attachments: [{ id: 'g' }],
    } });
    const redaction = (seq, redacts) => ({
        ticket: 't', seq, prev: seq - 1, at: '2026-01-05T10:00:00.000Z', by: person('lina'), cause: 'user',
        kind: 'redaction', redacts, reason: 'a password',
    });
    const lastMessage = { seq: 2, excerpt: 'my password' };
    room.applyJoined({ events: [created, said], seq: 2, ticket: { ...created.head, seq: 2, lastMessage } }, undefined);
    room.applyEvent(redaction(3, 2));
    const { message } = room.events[1];
    assert.deepEqual([message.body, message.attachments, message.redacted.by.id, message.redacted.reason],
        ['', [], 'lina', 'a password']);
    assert.deepEqual([room.snapshot.lastMessage.excerpt, room.snapshot.lastMessage.redacted], ['', true]);
    room.applyEvent(redaction(4, 1));
    assert.deepEqual([room.events[0].head.description, room.snapshot.description, room.snapshot.attachments], ['', '', []]);
    assert.equal(room.snapshot.redacted.by.id, 'lina');
    assert.ok(!JSON.stringify([room.events, room.snapshot]).includes('my password'));
});
