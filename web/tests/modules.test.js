// Each page preloads its whole module graph, so that the browser does not discover it import by
// import.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { modulesIn } from './module-list.js';

const web = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path.slice(1), web), 'utf8');

/** Every module that an entry imports, directly or indirectly, in the order of the walk. */
function graphOf(entry, seen = new Set()) {
    if (seen.has(entry)) return seen;
    seen.add(entry);
    for (const [, path] of read(entry).matchAll(/^(?:import|export)\b[^;]*? from '([^']+)';/gms)) {
        graphOf(new URL(path, `file://${entry}`).pathname, seen);
    }
    return seen;
}

for (const page of ['/index.html', '/client-portal.html', '/admin-tickets.html']) {
    test(`${page} preloads what it runs`, () => {
        const html = read(page);
        const [, entry] = /<script type="module" src="([^"]+)">/.exec(html);
        const preloaded = [...html.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)];
        const needed = [...graphOf(entry)].filter((path) => path !== entry);
        assert.deepEqual(preloaded.map(([, path]) => path).sort(), needed.sort());
    });

    test(`${page} has landmarks, live regions, and nothing inline`, () => {
        const html = read(page);
        for (
            const part of [
                '<header',
                '<main id="main"',
                'role="status"',
                'role="alert"',
                'skip-link',
            ]
        ) {
            assert.ok(html.includes(part), part);
        }
        assert.doesNotMatch(html, /<style|style="|\son\w+="|<script>|https?:\/\//);
    });
}

test('a constant of another module is imported where it is used', () => {
    const paths = ['/app.js', '/console.js', '/main.js', '/portal.js', '/early.js', ...modulesIn('net', 'sdk', 'state', 'views')];
    const plain = (text) => text.replace(/\/\*.*?\*\/|(?<!:)\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'/gs, '');
    const exported = paths.flatMap((path) =>
        [...read(path).matchAll(/^export const ([A-Z][A-Z_0-9]+)\b/gm)].map(([, name]) => name));
    assert.ok(exported.length > 20);
    for (const path of paths) {
        const text = plain(read(path));
        for (const name of new Set(exported)) {
            if (!new RegExp(`(?<![.\\w])${name}(?!\\w|:)`).test(text)) continue;
            assert.match(text, new RegExp(`(import[^;]*|const |as )\\b${name}\\b`), `${path} does not know ${name}`);
        }
    }
});

test('net and state never touch the document', () => {
    for (const path of modulesIn('net', 'state')) {
        assert.doesNotMatch(read(path), /\b(document|window)\./, path);
        assert.doesNotMatch(read(path), /from '\.\.\/views\//, path);
    }
});

test('text enters the page as text', () => {
    for (const path of modulesIn('net', 'sdk', 'state', 'views', 'i18n')) {
        assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacent/, path);
    }
});

test('every name that a module takes is one that the other gives', () => {
    const entries = ['/app.js', '/main.js', '/portal.js', '/console.js', '/sw.js'];
    for (const path of [...modulesIn('net', 'sdk', 'state', 'views', 'i18n'), ...entries]) {
        for (const [, names, from] of read(path).matchAll(/^(?:import|export) \{([^}]*)\} from '([^']+)';/gms)) {
            const other = read(new URL(from, `file://${path}`).pathname);
            for (const name of names.split(',').map((each) => each.trim().split(' as ')[0]).filter(Boolean)) {
                const isGiven = new RegExp(
                    `export (?:async )?(?:function\\*?|class|const|let) ${name}\\b|export \\{[^}]*\\b${name}\\b|export \\*`);
                assert.match(other, isGiven, `${path} takes ${name} of ${from}`);
            }
        }
    }
});
