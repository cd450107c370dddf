// The example service for an application that moves project by project.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movingService } from '../sdk/example-moving-service.js';
import { snapshot } from './fake-hub.js';

/** An old service of two tickets, and a hub that answers every call; both note what they are asked. */
function desk(status = 200) {
    const asked = [];
    const projects = { a: 'atelier', b: 'banque' };
    const ask = (name) => async (id) => { asked.push(`old ${name} ${id}`); return { _id: id }; };
    const old = {
        projectOf: async (id) => projects[id] ?? null,
        getTicketById: ask('get'), canAccess: ask('access'),
        appendMessage: ask('message'), appendHistory: ask('history'),
    };
    const send = async (url, { method }) => {
        asked.push(`hub ${method} ${url.slice(url.lastIndexOf('/') + 1)}`);
        const ticket = snapshot({ id: 'x' });
        const answer = method === 'POST' ? { message: { id: 'm' }, ticket } : ticket;
        return { ok: status < 400, status, json: async () => answer };
    };
    return { asked, old, caller: { token: 'jwt', hub: 'http://hub.test', send } };
}

const all = async (service, id, caller) => {
    await service.getTicketById(id, caller);
    await service.canAccess(id, caller);
    await service.appendMessage(id, { body: 'hi' }, caller);
    await service.appendHistory(id, { action: 'take' }, caller);
};

const OLD = (id) => ['get', 'access', 'message', 'history'].map((name) => `old ${name} ${id}`);
const HUB = (id) => ['GET', 'GET', 'POST', 'PATCH'].map((method) => `hub ${method} ${id}`);

test('a project that has moved is the hub’s, the others are not', async () => {
    const { asked, old, caller } = desk();
    const service = movingService(old, { moved: ' atelier , ' });
    await all(service, 'a', caller);
    await all(service, 'b', caller);
    assert.deepEqual(asked, [...HUB('a'), ...OLD('b')]);
});

test('a ticket that the old collection does not have is the hub’s', async () => {
    const { asked, old, caller } = desk();
    await all(movingService(old, { moved: 'atelier' }), 'c', caller);
    assert.deepEqual(asked, HUB('c'));
});

test('all moved, and none', async () => {
    const { asked, old, caller } = desk();
    await all(movingService(old, { moved: '*' }), 'b', caller);
    await all(movingService(old, { moved: '' }), 'a', caller);
    assert.deepEqual(asked, [...HUB('b'), ...OLD('a')]);
});

test('the setting is read at each call, so going back needs no other code', async () => {
    const { asked, old, caller } = desk();
    const service = movingService(old);
    try {
        process.env.GUICHET_PROJECTS = 'atelier';
        await service.getTicketById('a', caller);
        delete process.env.GUICHET_PROJECTS;
        await service.getTicketById('a', caller);
    } finally {
        delete process.env.GUICHET_PROJECTS;
    }
    assert.deepEqual(asked, ['hub GET a', 'old get a']);
});

test('a hub that is away is an error, not an answer from the old collection', async () => {
    const { asked, old, caller } = desk(502);
    await assert.rejects(movingService(old, { moved: 'atelier' }).getTicketById('a', caller), { status: 502 });
    assert.deepEqual(asked, ['hub GET a']);
});
