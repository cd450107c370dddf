// The size of each page's first load: HTML, styles, modules, gzipped.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { modulesIn } from './module-list.js';

const MAX_BYTES = 150 * 1024;
const web = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path.slice(1), web), 'utf8');
/** The hub joins the files of each kind, without the lines that hold only a comment. */
const joined = (paths) => paths.map(read).join('\n').replace(/^\s*(\/\/.*|\/\*[\s\S]*?\*\/)\n/gm, '');

for (const page of ['/client-portal.html', '/admin-tickets.html']) {
    test(`${page} loads in at most 150 KB`, () => {
        const parts = [...read(page).matchAll(/(?:href|src)="(\/[^"]+\.(js|css|svg|webmanifest))"/g)];
        const kinds = new Set(parts.map(([, , kind]) => kind));
        const pathsOf = (kind) => [...new Set(parts.filter((part) => part[2] === kind).map(([, path]) => path))];
        const texts = [...kinds].map((kind) => joined(pathsOf(kind)));
        const total = [read(page), ...texts].reduce((sum, text) => sum + gzipSync(text).length, 0);
        assert.ok(parts.length > 20, 'the page names too little to be measured');
        assert.ok(total <= MAX_BYTES, `${total} bytes`);
    });
}

test('no module is longer than 300 lines', () => {
    for (const path of modulesIn('', 'net', 'sdk', 'state', 'views', 'i18n')) {
        const lines = readFileSync(new URL(`.${path}`, web), 'utf8').split('\n').length - 1;
        assert.ok(lines <= 300, `${path}: ${lines} lines`);
    }
});
