// Loads the style sheets of parts that are fetched on first use.

import { below } from '../../net/base.js';

const loads = new Map();

/**
 * @param {string} path
 * @param {string} [before] the sheet of the page that has the last word over this one
 * @returns {Promise<void>} once it applies; at once if the page links it
 */
export function loadStyle(path, before) {
    if (!loads.has(path)) loads.set(path, load(below(path), before && below(before)));
    return loads.get(path);
}

function load(href, before) {
    if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
    return new Promise((resolve) => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = href;
        // Without its style sheet the part is plain, but usable.
        link.onload = link.onerror = () => resolve();
        document.head.insertBefore(link, before ? document.querySelector(`link[href="${before}"]`) : null);
    });
}
