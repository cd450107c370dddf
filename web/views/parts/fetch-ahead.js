// Fetches late modules when the page is idle, so that they work without a network.

/** @param {Array<() => Promise<object>>} modules each an `import()` */
export function fetchAhead(modules) {
    const idle = window.requestIdleCallback ?? ((action) => setTimeout(action, 1000));
    idle(() => modules.forEach((load) => load().catch(() => {})));
}
