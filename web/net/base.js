// Where the hub is on its site: a page that is below a path, such as /support, says so in its head.

/** The address on this site of a path of the hub. @param {string} path begins with a slash */
export const below = (path, page = globalThis.document) =>
    (page?.querySelector('meta[name="guichet-base"]')?.content ?? '') + path;
