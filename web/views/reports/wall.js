// The wallboard: the tiles alone, as large as the screen, which stays awake. Escape leads back.

import { setAttribute } from '../parts/dom.js';

export const isWall = () => document.body.hasAttribute('data-wall');

let lock = null;

/** The browser lets the lock go whenever the page is hidden. */
async function keepAwake() {
    if (!isWall() || document.hidden) return;
    lock = await navigator.wakeLock?.request('screen').catch(() => null);
}

document.addEventListener('visibilitychange', keepAwake);
// Escape also ends the browser's own full screen, without a key for the page.
document.addEventListener('fullscreenchange', () => document.fullscreenElement || setWall(false));

/** @param {boolean} isOn @param {{isAsked?: boolean}} options `isAsked`: by a press, which full screen requires */
export function setWall(isOn, { isAsked = false } = {}) {
    setAttribute(document.body, 'data-wall', isOn);
    if (isOn) {
        keepAwake();
        if (isAsked) document.documentElement.requestFullscreen?.().catch(() => {});
        return;
    }
    lock?.release();
    lock = null;
    if (document.fullscreenElement) document.exitFullscreen();
}
