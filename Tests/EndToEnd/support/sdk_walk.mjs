// A client and a technician who work through web/sdk, in Node, with a hub that is killed and comes
// back half-way. The ticket's id is the only argument; what was heard goes to stdout at the end.

import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { HUB: url, SDK, CLIENT_TOKEN, STAFF_TOKEN } = process.env;
const load = (name) => import(pathToFileURL(`${SDK}/${name}`));
const { CommandError, Hub } = await load('guichet.js');
const { appendHistory, appendMessage, canAccess, getTicketById, serialize, TicketServiceError } =
    await load('example-tickets-service.js');

const id = process.argv[2];
const until = async (holds, what) => {
    for (const end = Date.now() + 30_000; !holds(); ) {
        assert(Date.now() < end, `waited in vain for ${what}`);
        await new Promise((next) => setTimeout(next, 20));
    }
};

// As a Next.js application calls it.
const clara = { token: CLIENT_TOKEN, hub: url };
const theo = { token: STAFF_TOKEN, hub: url };
const first = await getTicketById(id, clara);
assert.equal(first._id, id);
assert(first.createdAt instanceof Date && first.messages.length === 0);
assert.equal(await canAccess(id, clara), true);
assert.equal(await canAccess('f'.repeat(24), clara), false);
const said = await appendMessage(id, { body: 'one', key: 'k' }, clara);
const again = await appendMessage(id, { body: 'one', key: 'k' }, clara);
assert.match(said.message._id, /^\w+$/);
assert.equal(again.message._id, said.message._id);
const taken = await appendHistory(id, { action: 'take' }, theo);
assert.equal(taken.status, 'in_progress');
await assert.rejects(appendHistory(id, { priority: 'high' }, clara), TicketServiceError);
const detail = await getTicketById(id, theo);
assert.deepEqual(detail.messages.map(({ body }) => body), ['one']);
assert(detail.history.at(-1).at instanceof Date && detail.sla.deadlineAt instanceof Date);
for (const none of ['', '.', '../me']) assert.equal(await canAccess(none, clara), false);
await assert.rejects(getTicketById(id, { ...clara, hub: 'http://127.0.0.1:1' }), { status: 503, code: 'unavailable' });
assert.equal(serialize({ id, createdAt: 0, updatedAt: 0, closedAt: null }).closedAt, null);

// As a page does.
const refused = new Hub({ url, token: `${CLIENT_TOKEN}x` });
await assert.rejects(refused.open(), (error) => error instanceof CommandError && error.message.length > 10);
await refused.authenticate(CLIENT_TOKEN);
refused.close();
const mine = new Hub({ url, getToken: async () => CLIENT_TOKEN });
const theirs = new Hub({ url, token: STAFF_TOKEN });
const complaints = [];
for (const hub of [mine, theirs]) hub.on('error', ({ code }) => complaints.push(code));
await Promise.all([mine.open(), theirs.open()]);
await assert.rejects(mine.join('f'.repeat(24), { after: 0 }), { code: 'not_found' });
mine.queue({}, () => assert.fail('clients have no queue'));
await until(() => complaints.includes('forbidden'), 'the refusal of the queue');
const log = await mine.join(id, { after: 0 });
const before = [];
log.on('event', ({ seq }) => before.push(seq));
assert.deepEqual(before, detail.history.concat(detail.messages).map(({ seq }) => seq).sort((a, b) => a - b));
await log.leave();
const queue = [];
theirs.queue({ status: 'in_progress' }, (change) => queue.push(change));
await until(() => queue[0]?.op === 'reset' && queue[0].tickets.length === 1, 'the queue');
const room = await mine.join(id);
assert.equal(room.head.ref, first.ref);
const heard = [];
room.on('event', (event) => heard.push(event));
theirs.send(id, 'two');
await until(() => heard.some(({ message }) => message?.body === 'two'), 'the answer');
await theirs.update(id, { set: { priority: 'urgent' } });
await until(() => heard.some(({ changes }) => changes?.priority?.to === 'urgent'), 'the change');
await until(() => queue.some(({ op, ticket }) => op === 'upsert' && ticket.priority === 'urgent'), 'the queue');

// The hub is gone when this is written, and back when it is asked for.
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
console.log('kill');
await answers.next();
await until(() => !mine.connection.isLive && !theirs.connection.isLive, 'both to notice');
mine.send(id, 'three');
theirs.send(id, 'four');
assert.equal(mine.outbox.size, 1);
console.log('start');
await answers.next();
const bodies = () => heard.filter(({ message }) => message).map(({ message }) => message.body);
await until(() => bodies().includes('three') && bodies().includes('four'), 'what waited');
await until(() => mine.outbox.size + theirs.outbox.size === 0, 'both outboxes to be empty');
await until(() => queue.filter(({ op }) => op === 'reset').length >= 2, 'the queue once more');
await theirs.update(id, { action: 'resolve' });
await until(() => heard.some(({ changes }) => changes?.status?.to === 'resolved'), 'the end');
assert.deepEqual(complaints, ['forbidden']);
console.log(JSON.stringify({ seqs: heard.map(({ seq }) => seq), bodies: bodies() }));
mine.close();
theirs.close();
process.exit(0);
