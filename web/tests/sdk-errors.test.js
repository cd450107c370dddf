// Errors of the SDK and their reports: refused joins, expired tokens, refused queues and messages.
// None may become an unhandled rejection.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CommandError, Hub } from '../sdk/guichet.js';
import { FakeTime, settle } from './fake-hub.js';
import { PlayedHub } from './played-hub.js';

const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));
after(() => assert.deepEqual(unhandled, []));

const NOT_FOUND = { code: 'not_found', message: 'There is no such ticket.' };

/** A few turns of the loop: a request, its answer, and the consequences. */
async function turns(count = 12) {
    for (let turn = 0; turn < count; turn += 1) await settle();
}

function setUp(played = new PlayedHub(), options = { token: 'jwt' }) {
    const time = new FakeTime();
    const hub = new Hub({
        url: 'https://hub.test', openSocket: played.openSocket, fetch: played.fetch,
        schedule: time.schedule, random: () => 1, ...options,
    });
    const told = { error: [], failed: [], held: [] };
    for (const [kind, list] of Object.entries(told)) hub.on(kind, (detail) => list.push(detail));
    return { played, time, hub, told };
}

async function opened(...given) {
    const world = setUp(...given);
    await world.hub.open();
    return world;
}

const listen = (room) => {
    const heard = [];
    room.on('event', ({ seq }) => heard.push(seq));
    return heard;
};
const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

test('the first listener gets every event of the join and the later ones', async () => {
    const { played, hub } = await opened(new PlayedHub({ events: 469 }));
    const room = await hub.join('T-1042', { after: 0 });
    await turns();
    played.say('before anybody listens');
    const heard = listen(room);
    assert.deepEqual(heard, upTo(470));
    played.say('live');
    assert.deepEqual(heard, upTo(471));
    assert.deepEqual(listen(room), [], 'a second listener hears what comes');
});

test('from the middle, and from the end', async () => {
    const { hub } = await opened(new PlayedHub({ events: 120 }));
    assert.deepEqual(listen(await hub.join('T-1042', { after: 118 })), [119, 120]);
    assert.deepEqual(listen(await hub.join('T-1042', { after: 120 })), []);
    assert.deepEqual(listen(await hub.join('T-1042')), []);
});

test('handlers given to join get every event', async () => {
    const { hub } = await opened(new PlayedHub({ events: 120 }));
    const heard = [];
    const pages = [];
    await hub.join('T-1042', {
        after: 0, onEvent: ({ seq }) => heard.push(seq), onJoined: ({ events }) => pages.push(events.length),
    });
    assert.deepEqual([heard, pages], [upTo(120), [50, 50, 20]]);
    const newest = [];
    await hub.join('T-1042', { onEvent: ({ seq }) => newest.push(seq) });
    assert.deepEqual(newest, upTo(120).slice(70));
});

test('events without a listener are bounded, and none is lost', async () => {
    const { played, hub } = await opened(new PlayedHub({ events: 2300, page: 500 }));
    const room = await hub.join('T-1042', { after: 0 });
    const asked = played.socket.all('join').length;
    played.say('live');
    await turns();
    assert.deepEqual([room.seq, played.socket.all('join').length], [2000, asked]);
    const heard = listen(room);
    await turns(40);
    assert.deepEqual(heard, upTo(2301));
});

test('a listener that throws loses nothing for others', async () => {
    const { hub, told } = await opened(new PlayedHub({ events: 3 }));
    const errors = [];
    const heard = [];
    const room = await hub.join('T-1042', { after: 0, onError: (error) => errors.push(error.message) });
    room.on('event', async ({ seq }) => {
        heard.push(seq);
        throw new Error(`no ${seq}`);
    });
    await turns();
    assert.deepEqual([heard, errors], [[1, 2, 3], ['no 1', 'no 2', 'no 3']]);
    assert.deepEqual(told.error.map(({ message }) => message), errors, 'the hub hears it too');
});

test('the ticket of a room is as its events left it', async () => {
    const { played, hub } = await opened(new PlayedHub({ events: 3 }));
    const room = await hub.join('T-1042');
    const title = { from: room.head.title, to: 'Paper jam' };
    const event = { ...played.say('It is jammed.'), seq: 5, changes: { title, status: { from: 'open', to: 'in_progress' } } };
    played.socket.hear({ type: 'event', ...event });
    await turns();
    assert.deepEqual([room.seq, room.head.title, room.head.status], [5, 'Paper jam', 'in_progress']);
    assert.equal(room.head.lastMessage.excerpt, 'It is jammed.');
});

test('a storage that fails at once is an error of the hub', async () => {
    const storage = {
        all: () => {
            throw new Error('no storage');
        },
        put() {},
        remove() {},
    };
    const { told } = setUp(new PlayedHub(), { token: 'jwt', storage });
    await turns();
    assert.deepEqual(told.error.map(({ message }) => message), ['no storage']);
});

test('a join that is refused leaves nothing behind', async () => {
    for (const refusal of [NOT_FOUND, { code: 'forbidden' }, { code: 'bad_request', field: 'after' }]) {
        const { played, time, hub, told } = await opened(new PlayedHub({ refuse: { join: refusal } }));
        await assert.rejects(hub.join('T-9', { after: 0 }), { code: refusal.code });
        played.socket.drop();
        time.pass(1000);
        await turns();
        assert.equal(hub.connection.isLive, true);
        assert.deepEqual([played.sockets.length, played.socket.all('join'), told.error], [2, [], []]);
    }
});

test('a lost connection during a join is reported once, to the caller', async () => {
    const { played, time, hub, told } = await opened();
    const joining = hub.join('T-1042');
    played.socket.drop();
    await assert.rejects(joining, { code: 'disconnected' });
    time.pass(1000);
    await turns();
    assert.deepEqual([played.socket.all('join'), told.error], [[], []]);
});

test('a room that was removed while disconnected says so', async () => {
    const { played, time, hub, told } = await opened();
    const room = await hub.join('T-1042');
    const kinds = [];
    for (const kind of ['removed', 'error']) room.on(kind, () => kinds.push(kind));
    played.refuse.join = NOT_FOUND;
    for (let drops = 0; drops < 2; drops += 1) {
        played.socket.drop();
        time.pass(1000);
        await turns();
    }
    assert.deepEqual([kinds, told.error.map(({ code }) => code)], [['removed', 'error'], ['not_found']]);
    assert.deepEqual(played.socket.all('join'), []);
});

test('a hub that is busy is asked again', async () => {
    const { played, time, hub, told } = await opened();
    const heard = listen(await hub.join('T-1042'));
    played.refuse.join = { code: 'unavailable', retryAfter: 3 };
    played.socket.drop();
    played.say('missed');
    time.pass(1000);
    await turns();
    assert.deepEqual([heard, told.error.map(({ code }) => code)], [[], ['unavailable']]);
    played.refuse = {};
    time.pass(3000);
    await turns();
    assert.deepEqual(heard, [1]);
});

test('leaving never rejects, and leaves others on the same ticket alone', async () => {
    const { played, hub } = await opened();
    const [one, two] = [await hub.join('T-1042'), await hub.join('T-1042')];
    await one.leave();
    assert.equal(played.socket.last('leave'), undefined);
    const leaving = two.leave();
    played.socket.drop();
    await leaving;
    await two.leave();
});

test('a refused token makes open() reject with the reason', async () => {
    for (const token of ['old', 'not a token', 'a\nb', 'é']) {
        const { hub, told } = setUp(new PlayedHub(), { token });
        await assert.rejects(hub.open(), (error) =>
            error instanceof CommandError && error.code === 'unauthorized' && error.message.length > 10);
        assert.equal(told.error.length, 1);
        await assert.rejects(hub.open(), { code: 'unauthorized' }, 'and so does the next');
    }
});

test('a failed open() that is not awaited is an error event', async () => {
    const { hub, told } = setUp(new PlayedHub(), { token: 'old' });
    hub.open();
    await turns();
    assert.deepEqual(told.error.map(({ message }) => message), ['The token has expired.']);
});

test('a hub that is away is no refusal, and close() ends the waiting', async () => {
    const { time, hub, told, played } = setUp(new PlayedHub({ tokens: [] }), {
        token: 'jwt', fetch: async () => { throw new TypeError('fetch failed'); },
    });
    const opening = hub.open();
    for (let tries = 0; tries < 5; tries += 1) {
        await turns();
        time.pass(20_000);
    }
    assert.ok(played.sockets.length > 3);
    assert.deepEqual(told.error, []);
    hub.close();
    await assert.rejects(opening, { code: 'disconnected' });
});

test('after 4401 authenticate() revives, with rooms and with what waits', async () => {
    const { played, hub, told } = await opened();
    const heard = listen(await hub.join('T-1042'));
    played.socket.drop(4401);
    assert.deepEqual([hub.connection.status, told.error[0].code], ['signed-out', 'unauthorized']);
    hub.send('T-1042', 'kept');
    await assert.rejects(hub.authenticate('other'), { code: 'unauthorized' });
    assert.equal(hub.outbox.size, 1);
    played.tokens.push('new');
    await hub.authenticate('new');
    await turns();
    assert.deepEqual([hub.outbox.size, played.events.map(({ message }) => message.body), heard], [0, ['kept'], [1]]);
});

test('an ended session goes on for the same person only', async () => {
    const token = (claims) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
    const { played, hub } = await opened();
    const { id } = hub.connection.hello.you;
    played.socket.drop(4401);
    hub.send('T-1042', 'mine');
    const [theirs, mine] = [token({ id: 'mallory', name: 'Zoé' }), token({ sub: id })];
    played.tokens.push(theirs, mine);
    await assert.rejects(hub.authenticate(theirs), { code: 'unauthorized', message: 'The token is for another person.' });
    await turns();
    assert.deepEqual([hub.outbox.size, hub.connection.status, played.events], [1, 'signed-out', []]);
    await hub.authenticate(mine);
    await turns();
    assert.deepEqual(played.events.map(({ message }) => message.body), ['mine']);
});

test('a token that the hub refuses does not take the place of the one in use', async () => {
    const { hub } = await opened();
    await assert.rejects(hub.authenticate('other'), { code: 'unauthorized' });
    assert.equal(hub.connection.token, 'jwt');
});

test('getToken is asked at the first open, on expiring and after the end', async () => {
    const played = new PlayedHub({ tokens: ['a', 'b', 'c'] });
    const given = ['a', 'b', 'c'];
    const { hub, told } = await opened(played, { getToken: async () => given.shift() });
    assert.deepEqual(played.socket.protocols, ['guichet.v1', 'bearer.a']);
    played.socket.hear({ type: 'expiring', in: 60 });
    await turns();
    assert.equal(played.socket.last('auth').token, 'b');
    assert.equal(played.sockets.length, 1);
    played.socket.drop(4401);
    await turns();
    assert.deepEqual([hub.connection.isLive, hub.connection.token, played.sockets.length], [true, 'c', 2]);
    assert.deepEqual(told.error, []);
});

test('a token that was refused is not tried again for ever', async () => {
    const played = new PlayedHub({ tokens: [] });
    let asked = 0;
    const { hub, time } = setUp(played, { getToken: async () => `bad${asked += 1}` });
    await assert.rejects(hub.open(), { code: 'unauthorized', message: 'The token has expired.' });
    time.pass(600_000);
    await turns();
    assert.deepEqual([asked, played.sockets.length], [1, 1]);
    const same = await opened(new PlayedHub(), { getToken: () => 'jwt' });
    same.played.socket.drop(4401);
    await turns();
    assert.deepEqual([same.hub.connection.status, same.told.error.length], ['signed-out', 1]);
});

test('a getToken that fails rejects open(), and is asked again after the end', async () => {
    let answer = () => { throw new Error('no network'); };
    const { hub, played, time, told } = setUp(new PlayedHub({ tokens: ['jwt', 'next'] }), { getToken: () => answer() });
    await assert.rejects(hub.open(), { message: 'no network' });
    answer = () => 'jwt';
    await hub.open();
    answer = async () => { throw new Error('no network'); };
    played.socket.drop(4401);
    await turns();
    assert.equal(told.error.at(-1).message, 'no network');
    answer = () => 'next';
    time.pass(1000);
    await turns();
    assert.equal(hub.connection.isLive, true);
});

test('a queue that is refused is an error, and not asked for again', async () => {
    const { played, time, hub, told } = await opened(new PlayedHub({ refuse: { 'queue.join': { code: 'forbidden' } } }));
    hub.queue({}, () => assert.fail('there is no queue'));
    await turns();
    assert.deepEqual(told.error.map(({ code }) => code), ['forbidden']);
    played.socket.drop();
    time.pass(1000);
    await turns();
    assert.equal(played.socket.last('queue.join'), undefined);
});

test('a message that is refused is failed, and one on an old screen is held', async () => {
    const { played, hub, told } = await opened();
    for (const code of ['not_found', 'forbidden', 'ticket_closed', 'too_large']) {
        played.refuse.message = { code };
        const item = hub.send('T-1042', 'Bonjour');
        await turns();
        assert.deepEqual([told.failed.at(-1), item.state, item.error.code], [item, 'failed', code]);
    }
    played.refuse.message = { code: 'stale', missed: [] };
    hub.send('T-1042', 'Bonjour');
    await turns();
    assert.deepEqual([told.failed.length, told.held.length], [4, 1]);
});

test('a failure before the first listener is kept', async () => {
    const played = new PlayedHub({ refuse: { message: NOT_FOUND, 'queue.join': { code: 'forbidden' } } });
    const hub = new Hub({ url: 'http://hub.test', token: 'jwt', openSocket: played.openSocket, fetch: played.fetch });
    await hub.open();
    hub.send('T-9', 'Bonjour');
    hub.queue({}, () => {});
    await turns();
    const codes = [];
    hub.on('failed', ({ error }) => codes.push(error.code));
    hub.on('error', ({ code }) => codes.push(code));
    assert.deepEqual(codes, ['not_found', 'forbidden']);
    hub.close();
});

test('a storage that fails is an error event, and the message goes out', async () => {
    const broken = () => { throw new Error('full'); };
    const storage = { all: () => [], put: async () => broken(), remove: broken };
    const { played, hub, told } = await opened(new PlayedHub(), { token: 'jwt', storage });
    hub.send('T-1042', 'Bonjour');
    await turns();
    assert.equal(played.events.length, 1);
    assert.ok(told.error.length > 0 && told.error.every(({ message }) => message === 'full'));
});

test('a listener of the outbox that throws stops no message', async () => {
    const { played, time, hub, told } = await opened();
    const { error } = console;
    console.error = () => {};
    for (const kind of ['change', 'sent']) hub.outbox.on(kind, () => { throw new Error('mine'); });
    hub.send('T-1042', 'one');
    played.socket.drop();
    hub.send('T-1042', 'two');
    time.pass(1000);
    await turns();
    console.error = error;
    assert.deepEqual([hub.outbox.size, played.events.map(({ message }) => message.body)], [0, ['one', 'two']]);
    assert.ok(told.error.length > 0 && told.error.every(({ message }) => message === 'mine'));
});

test('what cannot be written as JSON has failed', async () => {
    const { hub, told } = await opened();
    hub.send('T-1042', { body: 1n });
    await turns();
    assert.deepEqual([told.failed[0].state, told.failed[0].error.code], ['failed', 'bad_request']);
});
