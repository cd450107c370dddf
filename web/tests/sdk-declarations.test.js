// Compares the TypeScript declarations with the modules: every exported name, and every public
// method and field of its classes, is declared, and nothing else.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const sdk = new URL('../sdk/', import.meta.url);
const read = (name) => readFileSync(new URL(name, sdk), 'utf8');

/** The declared members of a class, by name. */
function membersOf(text, name) {
    const found = new RegExp(`^export class ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(text);
    assert.ok(found, `${name} is no declared class`);
    return new Set([...found[1].matchAll(/^ {4}(?:readonly |get )?(\w+)[?(:]/gm)].map(([, member]) => member));
}

const isClass = (value) => typeof value === 'function' && /^class\b/.test(value);

/** The public methods and getters of a class; its constructor creates the fields. */
const methodsOf = (value) => Object.getOwnPropertyNames(value.prototype);

for (const [module, least] of [['guichet', 15], ['example-tickets-service', 6],
    ['example-moving-service', 1]]) {
    test(`${module}.d.ts declares what ${module}.js exports`, async () => {
        const exported = await import(new URL(`${module}.js`, sdk));
        const text = read(`${module}.d.ts`);
        const declared = [...text.matchAll(/^export (?:class|const|function) (\w+)/gm)].map(([, name]) => name);
        assert.deepEqual(declared.sort(), Object.keys(exported).sort());
        assert.ok(declared.length >= least);
        for (const [name, value] of Object.entries(exported)) {
            if (!isClass(value)) continue;
            const members = membersOf(text, name);
            for (const method of methodsOf(value).filter((each) => each !== 'constructor')) {
                assert.ok(members.has(method) || method === 'emit', `${name}.${method} is not declared`);
            }
        }
    });
}

test('the fields of what a page holds are declared', async () => {
    const { Connection, Hub, Outbox, RoomHandle } = await import(new URL('guichet.js', sdk));
    const text = read('guichet.d.ts');
    const hub = new Hub({ url: 'http://hub.test', openSocket: () => ({}) });
    const room = new RoomHandle(hub, 't');
    const inner = new Set(['stops', 'pacer', 'clock', 'url', 'token', 'schedule', 'random', 'isRefused',
        'openSocket', 'connection', 'storage', 'now', 'after']);
    for (const [type, value] of [[Hub, hub], [Connection, hub.connection], [Outbox, hub.outbox], [RoomHandle, room]]) {
        const members = membersOf(text, type.name);
        for (const field of Object.keys(value)) {
            assert.ok(members.has(field) || inner.has(field), `${type.name}.${field} is not declared`);
        }
    }
});

test('every method that is declared is there', async () => {
    const exported = await import(new URL('guichet.js', sdk));
    for (const [, name, body] of read('guichet.d.ts').matchAll(/^export class (\w+)[^{]*\{\n(.*?)^\}/gms)) {
        for (const [, method] of body.matchAll(/^ {4}(\w+)\(/gm)) {
            assert.equal(typeof (method === 'constructor' ? exported[name] : exported[name].prototype[method]),
                'function', `${name}.${method}`);
        }
    }
});

test('braces of the declarations match, and each type that is named is known', () => {
    const known = 'Error|Promise|Record|Array|Date|JSON|API|ISO|UTC|ID';
    for (const name of ['guichet.d.ts', 'example-tickets-service.d.ts']) {
        const code = read(name).replace(/\/\*\*?.*?\*\/|\/\/.*$|'[^']*'/gms, '');
        for (const [open, close] of ['{}', '()', '[]']) {
            assert.equal(code.split(open).length, code.split(close).length, `${name}: ${open}${close}`);
        }
        const declared = [...code.matchAll(/(?:class|interface|type) (\w+)/g)].map(([, each]) => each);
        for (const [, type] of code.matchAll(/[:<|(=] ?([A-Z][a-zA-Z]+)\b/g)) {
            assert.ok(declared.includes(type) || known.split('|').includes(type), `${name}: ${type}`);
        }
    }
});
