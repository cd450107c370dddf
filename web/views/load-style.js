// Style sheets of what is fetched when it is first opened.

const loads = new Map();

/** @param {string} href @returns {Promise<void>} once it applies; at once where the page links it */
export function loadStyle(href) {
    if (!loads.has(href)) loads.set(href, load(href));
    return loads.get(href);
}

function load(href) {
    if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
    return new Promise((resolve) => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = href;
        // A sheet that does not come leaves the part plain, not closed.
        link.onload = link.onerror = () => resolve();
        document.head.append(link);
    });
}
