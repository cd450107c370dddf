// The offline shell: the network first, the cache if there is none. API answers are never cached.

const CACHE = 'guichet-shell-1';
/** The hub's base path. */
const ROOT = new URL('./', self.location);

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** The page sends the list of its files once it is loaded. */
self.addEventListener('message', (event) => {
    const { data } = event;
    if (data?.type !== 'shell' || !Array.isArray(data.paths)) return;
    event.waitUntil(keep(data.paths).catch(() => {}));
});

async function keep(paths) {
    const cache = await caches.open(CACHE);
    await cache.addAll(paths);
    const builds = new Set(paths.map(buildOf));
    for (const request of await cache.keys()) {
        const build = buildOf(new URL(request.url).pathname);
        if (build && !builds.has(build)) await cache.delete(request);
    }
}

/** The folder of a file's build, as in `/assets/BUILD/portal.js`. */
const buildOf = (path) => /^.*?\/assets\/[^/]+\//.exec(path)?.[0] ?? null;

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
