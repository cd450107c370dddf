// Counts down the wait that a refusal asks for, second by second.

import { say } from './dom.js';

/**
 * @param {Element} element
 * @param {number} seconds
 * @param {() => void} onEnd
 * @returns {() => void} stops it early
 */
export function countDown(element, seconds, onEnd) {
    const until = Date.now() + 1000 * seconds;
    const draw = () =>
        say(element, ['error.waitSeconds', { n: Math.ceil((until - Date.now()) / 1000) }]);
    const timer = setInterval(() => {
        if (Date.now() < until) return draw();
        clearInterval(timer);
        onEnd();
    }, 1000);
    draw();
    return () => clearInterval(timer);
}
