// The hub's base path. A page that is served below a path, such as /support, names it in its head.

/** The address on this site of a path of the hub. @param {string} path begins with a slash */
export const below = (path, page = globalThis.document) =>
    (page?.querySelector('meta[name="guichet-base"]')?.content ?? '') + path;
