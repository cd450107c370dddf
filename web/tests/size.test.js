// The size of each page's first load: HTML, styles, modules, gzipped.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { modulesIn } from './module-list.js';

const MAX_BYTES = 150 * 1024;
const web = new URL('../', import.meta.url);
const gzipped = (path) => gzipSync(readFileSync(new URL(path.slice(1), web))).length;

for (const page of ['/client-portal.html', '/admin-tickets.html']) {
    test(`${page} loads in at most 150 KB`, () => {
        const html = readFileSync(new URL(page.slice(1), web), 'utf8');
        const parts = [...html.matchAll(/(?:href|src)="(\/[^"]+\.(?:js|css|svg|webmanifest))"/g)];
        const sizes = [page, ...new Set(parts.map(([, path]) => path))].map(gzipped);
        const total = sizes.reduce((sum, size) => sum + size, 0);
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
