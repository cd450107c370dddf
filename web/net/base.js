// The hub's base path. A page that is served below a path, such as /support, names it in its head.

/** The address on this site of a path of the hub. @param {string} path begins with a slash */
export const below = (path, page = globalThis.document) =>
    (page?.querySelector('meta[name="guichet-base"]')?.content ?? '') + path;

/** The address of a file of the client, which the browser keeps for good: it belongs to one build. */
export const asset = (path, page = globalThis.document) => {
    const build = page?.querySelector('meta[name="guichet-build"]')?.content;
    return below(build ? `/assets/${build}${path}` : path, page);
};
