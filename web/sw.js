// The offline shell: the network first, the cache if there is none. API answers are never cached.

const CACHE = 'guichet-shell-1';
/** The hub's base path. */
const ROOT = new URL('./', self.location);

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** The page sends the list of its files once it is loaded. */
self.addEventListener('message', ({ data }) => {
    if (data?.type !== 'shell' || !Array.isArray(data.paths)) return;
    caches.open(CACHE).then((cache) => cache.addAll(data.paths)).catch(() => {});
});

self.addEventListener('fetch', (event) => {
    const { request } = event;
    const url = new URL(request.url);
    const isShell = request.method === 'GET' && url.href.startsWith(ROOT.href) &&
        !/^(api|ws|metrics|healthz|readyz)(\/|$)/.test(url.pathname.slice(ROOT.pathname.length));
    if (isShell) event.respondWith(answer(request));
});

async function answer(request) {
    try {
        return await fetch(request);
    } catch (error) {
        const cache = await caches.open(CACHE);
        const kept = await cache.match(request, { ignoreSearch: request.mode === 'navigate' });
        if (kept) return kept;
        throw error;
    }
}
