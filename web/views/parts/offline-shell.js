// Prepares the next visit without a network: the files of this page, and its list.

import { asset, below } from '../../net/base.js';
import { followList } from '../../state/kept-list.js';

/**
 * Keeps a list on this device while the page is live; leaving the session deletes it.
 * @param {import('../../app.js').App} app
 * @param {import('../../state/offline-tickets.js').OfflineTickets} kept
 * @param {{snapshots: Map<string, object>, isLoaded: boolean, on: Function}} list
 */
export function keepList(app, kept, list) {
    const save = followList(kept, list, {
        now: () => app.clock.now(),
        isReady: () => app.connection.isLive && list.isLoaded,
    });
    addEventListener('pagehide', save);
    app.keptLists.push(kept);
}

/** Fetched on first use, which may come without a network. */
const LATE = ['/styles/create.css', '/styles/reading.css', '/fonts/inter.woff2'];

/**
 * Caches the files of this page.
 * @param {string[]} [more] further files that the page fetches on first use
 */
export function keepShell(more = []) {
    if (!navigator.serviceWorker || !window.isSecureContext) return;
    navigator.serviceWorker.register(below('/sw.js')).then(async () => {
        const { active } = await navigator.serviceWorker.ready;
        const paths = performance.getEntriesByType('resource')
            .map(({ name }) => new URL(name))
            .filter(({ origin, pathname }) => origin === location.origin && !pathname.startsWith(below('/api')))
            .map(({ pathname }) => pathname);
        const late = [...LATE, ...more].map((path) => asset(path));
        active.postMessage({ type: 'shell', paths: [...new Set([location.pathname, ...paths, ...late])] });
    }, () => {});  // the browser forbids it: the page works without the cache
}
