// Loads the style sheets of parts that are fetched on first use.

import { asset } from '../../net/base.js';

const loads = new Map();

/**
 * @param {string} path
 * @returns {Promise<void>} once it applies; at once if the page has it, alone or in a joined sheet
 */
export function loadStyle(path) {
    if (!loads.has(path)) loads.set(path, load(path));
    return loads.get(path);
}

function load(path) {
    const href = asset(path);
    if (document.querySelector(`link[href="${href}"], link[data-holds~="${path}"]`)) return Promise.resolve();
    return new Promise((resolve) => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = href;
        // Without its style sheet the part is plain, but usable.
        link.onload = link.onerror = () => resolve();
        document.head.append(link);
    });
}
