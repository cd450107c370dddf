// Modules that are wanted only later are fetched once there is nothing better to do, so that they
// are there when the network is not.

/** @param {Array<() => Promise<object>>} modules each an `import()` */
export function fetchAhead(modules) {
    const idle = window.requestIdleCallback ?? ((action) => setTimeout(action, 1000));
    idle(() => modules.forEach((load) => load().catch(() => {})));
}
