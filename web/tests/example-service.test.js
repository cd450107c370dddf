// The service that a Next.js application drops in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    appendHistory,
    appendMessage,
    canAccess,
    getTicketById,
    serialize,
} from '../sdk/example-tickets-service.js';
import { head } from './fake-hub.js';

function hub(status, answer) {
    const calls = [];
    const send = async (url, options) => {
        calls.push({ url, ...options, body: options.body && JSON.parse(options.body) });
        return { ok: status < 400, status, json: async () => answer };
    };
    return { calls, caller: { token: 'jwt', hub: 'http://hub.test', send } };
}

test('a ticket is asked for with the caller’s own token', async () => {
    const { calls, caller } = hub(200, head({ id: 'a', ref: 'T-1', closedAt: null }));
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
    const message = hub(201, { message: { id: 'm' }, ticket: head({ id: 'a' }) });
    assert.equal((await appendMessage('a', { body: 'hi', key: 'k' }, message.caller)).ticket._id, 'a');
    assert.deepEqual([message.calls[0].method, message.calls[0].body], ['POST', { body: 'hi', key: 'k' }]);
    const change = hub(200, head({ id: 'a', status: 'in_progress' }));
    assert.equal((await appendHistory('a', { action: 'take' }, change.caller)).status, 'in_progress');
    assert.deepEqual([change.calls[0].method, change.calls[0].body], ['PATCH', { action: 'take' }]);
});

test('dates of messages and history are dates', () => {
    const at = '2026-01-05T09:00:00.000Z';
    const { messages, history } = serialize({ ...head(), messages: [{ at }], history: [{ at }] });
    assert.ok(messages[0].at instanceof Date && history[0].at instanceof Date);
});
