// Runs the examples of docs/nextjs.md unchanged against a hub in memory. The test supplies only the
// application's own parts (its token, its framework).

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { settle, snapshot } from './fake-hub.js';
import { PlayedHub } from './played-hub.js';

const text = readFileSync(new URL('../../docs/nextjs.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
const routes = blocks.filter((code) => code.includes("'@/lib/services/"));
const pages = blocks.filter((code) => code.includes("'./sdk/guichet.js'"));

const folder = mkdtempSync(join(tmpdir(), 'guichet-examples-'));
after(() => rmSync(folder, { recursive: true }));
const sdk = (name) => new URL(`../sdk/${name}`, import.meta.url).href;

/** The application's own parts; `said` is the output of its console. */
const GIVEN = {
    token: 'jwt',
    freshToken: async () => 'fresh',
    showSignIn: (onToken) => onToken('after sign-in'),
    location: { assign: (to) => GIVEN.said.push(to) },
    addEventListener: () => {},
    said: [],
};

/** Runs a block as a module with the imports of an application. */
async function run(code, places, given = {}) {
    const path = join(folder, `${Math.random()}.mjs`.slice(2));
    globalThis.example = given;
    const names = Object.keys(given);
    const found = Object.entries(places).reduce((all, [from, to]) => all.replaceAll(`'${from}'`, `'${to}'`), code);
    writeFileSync(path, `const { ${names.join(', ')} } = globalThis.example;\n${found}\n`
        + (places['./sdk/guichet.js'] ? 'globalThis.example.hub = hub;\n' : ''));
    return import(pathToFileURL(path));
}

async function runPage(code, played) {
    GIVEN.said = [];
    const keep = (...words) => GIVEN.said.push(words.join(' '));
    globalThis.WebSocket = function open(url, protocols) {
        return played.openSocket(url, protocols);
    };
    const fetch = (url, options) => (url.startsWith('/')
        ? Promise.resolve(new Response('jwt'))
        : played.fetch(url, options));
    await run(code, { './sdk/guichet.js': sdk('guichet.js') }, {
        ...GIVEN, fetch, console: { log: keep, warn: keep },
    });
    const { hub } = globalThis.example;
    for (let turn = 0; turn < 12; turn += 1) await settle();
    return { hub, said: GIVEN.said };
}

test('every example is run', () => {
    assert.equal(routes.length + pages.length, blocks.length);
    assert.ok(routes.length >= 1 && pages.length >= 5);
});

test('the service of a move is the old one for a project that has not moved', async () => {
    writeFileSync(join(folder, 'old.mjs'), `export const projectOf = async () => 'banque';
        export const getTicketById = async (id) => 'old ' + id;`);
    const { getTicketById } = await run(routes[1], {
        '@/lib/services/old-tickets': pathToFileURL(join(folder, 'old.mjs')).href,
        '@/lib/services/example-moving-service': sdk('example-moving-service.js'),
    });
    process.env.GUICHET_PROJECTS = 'atelier';
    try {
        assert.equal(await getTicketById('a'), 'old a');
    } finally {
        delete process.env.GUICHET_PROJECTS;
    }
});

test('the route answers with the message, and with the hub’s own refusal', async () => {
    writeFileSync(join(folder, 'headers.mjs'), `export const cookies = async () => ({ get: () => ({ value: 'jwt' }) });`);
    const { POST } = await run(routes[0], {
        '@/lib/services/tickets': sdk('example-tickets-service.js'),
        'next/headers': pathToFileURL(join(folder, 'headers.mjs')).href,
    });
    const post = async (id) => {
        const request = new Request('http://app.test', { method: 'POST', body: '{"body":"hi"}' });
        const response = await POST(request, { params: Promise.resolve({ id }) });
        return [response.status, await response.json()];
    };
    const { fetch } = globalThis;
    try {
        const ticket = snapshot({ id: 'a' });
        globalThis.fetch = async () => new Response(JSON.stringify({ message: { id: 'm', body: 'hi' }, ticket }), { status: 201 });
        const [status, { message, ticket: stored }] = await post('T-1');
        assert.deepEqual([status, message, stored._id], [201, { _id: 'm', body: 'hi' }, 'a']);
        globalThis.fetch = async () => new Response('{"code":"ticket_closed"}', { status: 409 });
        assert.deepEqual(await post('T-1'), [409, { code: 'ticket_closed' }]);
        globalThis.fetch = async () => { throw new TypeError('fetch failed'); };
        const [away, problem] = await post('T-1');
        assert.deepEqual([away, problem.code], [503, 'unavailable']);
    } finally {
        globalThis.fetch = fetch;
    }
});

/** The expected output of each example of a page. */
const SAYS = [
    { has: "hub.send('T-1042', 'Bonjour')", says: ['message m1', 'message m2', 'message Bonjour'] },
    { has: 'onEvent:', says: ['1 message', '2 message', 'Printer'] },
    { has: 'getToken:', says: [] },
    { has: "hub.on('expiring'", says: [] },
    { has: 'hub.queue(', says: ['1 tickets'] },
];

for (const { has, says } of SAYS) {
    test(`the example with ${has} works as it stands`, async () => {
        const code = pages.find((each) => each.includes(has));
        const played = new PlayedHub({ events: 2, tokens: ['jwt', 'fresh', 'after sign-in', 'signed-in'] });
        const { hub, said } = await runPage(code, played);
        assert.deepEqual(said, says);
        assert.equal(hub.connection.isLive, true);
        hub.close();
    });
}

test('the example of renewal by hand renews, and goes on after a sign-in', async () => {
    const code = pages.find((each) => each.includes("hub.on('expiring'"));
    const played = new PlayedHub({ tokens: ['jwt', 'fresh', 'signed-in'] });
    GIVEN.showSignIn = (onToken) => onToken('signed-in');
    const { hub } = await runPage(code, played);
    played.socket.hear({ type: 'expiring', in: 60 });
    for (let turn = 0; turn < 12; turn += 1) await settle();
    assert.equal(hub.connection.token, 'fresh');
    played.socket.drop(4401);
    for (let turn = 0; turn < 12; turn += 1) await settle();
    assert.deepEqual([hub.connection.isLive, hub.connection.token], [true, 'signed-in']);
    hub.close();
});

test('the example with getToken sends to the sign-in page when there is no other token', async () => {
    const code = pages.find((each) => each.includes('getToken:'));
    const played = new PlayedHub();
    const { hub, said } = await runPage(code, played);
    played.socket.drop(4401);
    for (let turn = 0; turn < 12; turn += 1) await settle();
    assert.deepEqual([hub.connection.status, said], ['signed-out', ['/sign-in']]);
    hub.close();
});
