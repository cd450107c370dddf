// Caches the files of this page for the next visit without a network.

import { below } from '../../net/base.js';

export function keepShell() {
    if (!navigator.serviceWorker || !window.isSecureContext) return;
    navigator.serviceWorker.register(below('/sw.js')).then(async () => {
        const { active } = await navigator.serviceWorker.ready;
        const paths = performance.getEntriesByType('resource')
            .map(({ name }) => new URL(name))
            .filter(({ origin, pathname }) => origin === location.origin && !pathname.startsWith(below('/api')))
            .map(({ pathname }) => pathname);
        active.postMessage({ type: 'shell', paths: [...new Set([location.pathname, ...paths])] });
    }, () => {});  // the browser forbids it: the page works without the cache
}
