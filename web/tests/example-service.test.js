// The example service for a Next.js application.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    appendHistory,
    appendMessage,
    canAccess,
    getTicketById,
    serialize,
    TicketServiceError,
} from '../sdk/example-tickets-service.js';
import { snapshot } from './fake-hub.js';

function hub(status, answer) {
    const calls = [];
    const send = async (url, options) => {
        calls.push({ url, ...options, body: options.body && JSON.parse(options.body) });
        return { ok: status < 400, status, json: async () => answer };
    };
    return { calls, caller: { token: 'jwt', hub: 'http://hub.test', send } };
}

test('a ticket is asked for with the caller’s own token', async () => {
    const { calls, caller } = hub(200, snapshot({ id: 'a', ref: 'T-1', closedAt: null }));
    const ticket = await getTicketById('T-1', caller);
    assert.deepEqual([ticket._id, ticket.ref, ticket.createdAt instanceof Date], ['a', 'T-1', true]);
    assert.equal(calls[0].url, 'http://hub.test/api/tickets/T-1');
    assert.equal(calls[0].headers.Authorization, 'Bearer jwt');
});

test('what may not be seen is not there', async () => {
    const { caller } = hub(404, { code: 'not_found' });
    assert.equal(await getTicketById('x', caller), null);
    assert.equal(await canAccess('x', caller), false);
});

test('other refusals are thrown with their status and code', async () => {
    const { caller } = hub(409, { code: 'ticket_closed', detail: 'closed' });
    await assert.rejects(appendMessage('x', { body: 'hi' }, caller), { status: 409, code: 'ticket_closed' });
});

test('a message and a change become one call each', async () => {
    const message = hub(201, { message: { id: 'm' }, ticket: snapshot({ id: 'a' }) });
    assert.equal((await appendMessage('a', { body: 'hi', key: 'k' }, message.caller)).ticket._id, 'a');
    assert.deepEqual([message.calls[0].method, message.calls[0].body], ['POST', { body: 'hi', key: 'k' }]);
    const change = hub(200, snapshot({ id: 'a', status: 'in_progress' }));
    assert.equal((await appendHistory('a', { action: 'take' }, change.caller)).status, 'in_progress');
    assert.deepEqual([change.calls[0].method, change.calls[0].body], ['PATCH', { action: 'take' }]);
});

test('dates of messages and history are dates', () => {
    const at = '2026-01-05T09:00:00.000Z';
    const { messages, history } = serialize({ ...snapshot(), messages: [{ at }], history: [{ at }] });
    assert.ok(messages[0].at instanceof Date && history[0].at instanceof Date);
});

test('an id that can be none is not asked for, and never another path', async () => {
    const { calls, caller } = hub(200, snapshot());
    const none = ['', '.', '..', '../me', 'a/b', 'T-1?x', 'T-1#x', '%2e%2e', 'a b', 'T-1\n', '\\', 'é', 'a'.repeat(65)];
    for (const id of [...none, undefined, null, 7, {}, ['T-1']]) {
        assert.equal(await canAccess(id, caller), false, String(id));
        assert.equal(await getTicketById(id, caller), null);
        await assert.rejects(appendMessage(id, { body: 'hi' }, caller), { status: 404, code: 'not_found' });
        await assert.rejects(appendHistory(id, { action: 'take' }, caller), { status: 404 });
    }
    assert.deepEqual(calls, []);
    for (const id of ['T-1042', '6b034d6744f32cd48517736e']) assert.equal(await canAccess(id, caller), true);
});

test('a hub that is away, or something else in its place, is 503', async () => {
    const sends = [
        async () => { throw new TypeError('fetch failed'); },
        async () => { throw new DOMException('late', 'TimeoutError'); },
        async () => new Response('<html>'),
    ];
    for (const send of sends) {
        for (const asked of [getTicketById('T-1', { token: 'jwt', send }), appendMessage('T-1', {}, { token: 'jwt', send })]) {
            await assert.rejects(asked, (error) =>
                error instanceof TicketServiceError && error.status === 503 && error.code === 'unavailable');
        }
    }
    const proxy = { token: 'jwt', send: async () => new Response('<html>', { status: 502 }) };
    await assert.rejects(canAccess('T-1', proxy), { status: 502, code: 'unavailable' });
});

test('what is no ticket of the hub is never access, and every problem has a code', async () => {
    const bodies = ['null', '[]', '{}', '5', '"x"', '{"id":"a","messages":5}', '{"id":"a","history":[null]}', '<html>', ''];
    const answers = [
        ...bodies.map((body) => [200, body, 503]),
        [404, '<html>', 503], [404, '{}', 503], [404, 'null', 503], [400, '[1]', 503], [403, '<html>', 503],
        [401, '<html>', 401], [413, '<html>', 413], [429, 'slow', 429], [500, 'null', 500], [504, '<html>', 504],
    ];
    for (const [status, body, told] of answers) {
        const caller = { token: 'jwt', send: async () => new Response(body, { status }) };
        const calls = [canAccess, getTicketById, (id, who) => appendMessage(id, { body: 'hi' }, who),
            (id, who) => appendHistory(id, { action: 'take' }, who)];
        for (const call of calls) {
            await assert.rejects(call('T-1', caller), (error) => error instanceof TicketServiceError &&
                error.status === told && error.problem.code === error.code && error.problem.status === told,
            `${status} ${body}`);
        }
    }
});

test('a caller without a token is 401, and the hub is not asked', async () => {
    const { calls, caller } = hub(200, snapshot());
    for (const token of [undefined, null, '', 'a b', 'a\nb']) {
        await assert.rejects(canAccess('T-1', { ...caller, token }), { status: 401, code: 'unauthorized' });
    }
    await assert.rejects(canAccess('T-1', undefined), { status: 401 });
    assert.deepEqual(calls, []);
});

test('every moment is a date, and messages have _id', () => {
    const at = '2026-01-05T09:00:00.000Z';
    const when = new Date(at);
    const ticket = serialize({
        ...snapshot({ closedAt: at, waitingSince: at, description: at }),
        sla: { deadlineAt: at, breachedAt: null, firstResponse: { metAt: at }, nextDue: { deadlineAt: at } },
        lastMessage: { at, excerpt: at },
        attachments: [{ id: 'f', uploadedAt: at }],
        messages: [{ id: 'm', at, body: at, redacted: { at }, attachments: [{ uploadedAt: at }] }],
        history: [{ seq: 1, at, sla: [{ deadlineAt: at }], message: { id: 'm', at } }],
    });
    const { sla, lastMessage, attachments, messages: [message], history: [event] } = ticket;
    const dates = [
        ticket.closedAt, ticket.waitingSince, ticket.createdAt && when, sla.deadlineAt, sla.firstResponse.metAt,
        sla.nextDue.deadlineAt, lastMessage.at, attachments[0].uploadedAt, message.at, message.redacted.at,
        message.attachments[0].uploadedAt, event.at, event.sla[0].deadlineAt, event.message.at,
    ];
    for (const date of dates) assert.deepEqual(date, when);
    assert.deepEqual([message._id, message.id, event.message._id], ['m', undefined, 'm']);
    assert.deepEqual([message.body, ticket.description, lastMessage.excerpt, sla.breachedAt], [at, at, at, null]);
});

test('a stored message is as those of the ticket, and a change alone has none', async () => {
    const at = '2026-01-05T09:00:00.000Z';
    const { caller } = hub(201, { message: { id: 'm', at }, ticket: snapshot() });
    assert.deepEqual((await appendMessage('a', { body: 'hi' }, caller)).message, { _id: 'm', at: new Date(at) });
    const alone = hub(201, { message: null, ticket: snapshot() });
    assert.equal((await appendMessage('a', { action: 'resolve' }, alone.caller)).message, null);
});
