// The examples of docs/nextjs.md against the declarations, as TypeScript judges them when it is strict.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const sdk = new URL('../sdk/', import.meta.url);
const page = readFileSync(new URL('../../docs/nextjs.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
const isMissing = spawnSync('tsc', ['--version']).error !== undefined;

/** What the pages and routes of an application have besides. */
const SURROUNDINGS = `
declare const token: string;
declare function freshToken(): Promise<string>;
declare function showSignIn(then: (token: string) => void): void;
declare module 'next/headers' {
    export function cookies(): Promise<{ get(name: string): { value: string } | undefined }>;
}
declare module '@/lib/services/old-tickets' {
    export function getTicketById(id: string, caller: { token?: string }): Promise<object | null>;
    export function canAccess(id: string, caller: { token?: string }): Promise<boolean>;
    export function appendMessage(id: string, message: object, caller: { token?: string }): Promise<object>;
    export function appendHistory(id: string, change: object, caller: { token?: string }): Promise<object>;
    export function projectOf(id: string): Promise<string | null>;
}
`;

/** Where an application has copied the modules to. */
const PLACES = {
    '@/lib/services/tickets': ['sdk/example-tickets-service.js'],
    '@/lib/services/example-moving-service': ['sdk/example-moving-service.js'],
};

/** A route is JavaScript whose parameters have no types; Debian's compiler does not know Response.json. */
const ROUTE = `declare const Response: { json(body: unknown, init?: { status: number }): object };
type Route = { json(): Promise<any> }; type Place = { params: Promise<{ id: string }> };
`;

function typed(code) {
    const signature = 'POST(request, { params })';
    return code.includes(signature)
        ? ROUTE + code.replace(signature, 'POST(request: Route, { params }: Place)') : code;
}

function compile(folder) {
    mkdirSync(join(folder, 'sdk'));
    for (const name of readdirSync(sdk).filter((each) => each.endsWith('.d.ts'))) {
        copyFileSync(new URL(name, sdk), join(folder, 'sdk', name));
    }
    const files = examples.map((code, number) => {
        writeFileSync(join(folder, `example-${number}.ts`), typed(code));
        return `example-${number}.ts`;
    });
    writeFileSync(join(folder, 'surroundings.d.ts'), SURROUNDINGS);
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
        compilerOptions: {
            strict: true, noEmit: true, target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext',
            lib: ['es2022', 'dom'], types: [], baseUrl: '.', paths: PLACES,
        },
        files: [...files, 'surroundings.d.ts'],
    }));
    return spawnSync('tsc', ['-p', folder], { encoding: 'utf8' });
}

test('the examples of the documents are right under strict', { skip: isMissing && 'tsc is not installed' }, () => {
    assert.ok(examples.length >= 6);
    const folder = mkdtempSync(join(tmpdir(), 'examples-'));
    try {
        const ended = compile(folder);
        assert.equal(ended.status, 0, ended.stdout);
    } finally {
        rmSync(folder, { recursive: true });
    }
});
