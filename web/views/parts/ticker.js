// One timer for the page, on the second. Countdowns tick every second, ages every half minute; a
// hidden tab stops.

import { language, dateTime, relative } from '../../i18n/index.js';

const AGES_EVERY = 30;

/** Draws countdowns at once, and every clock of a ticket, running or not. */
export function tickAll() {
    for (const element of document.querySelectorAll('[data-ticks], .sla-pill')) {
        element.dispatchEvent(new Event('tick'));
    }
}

/** @param {import('../../sdk/parts.js').ServerClock} clock */
export function startTicker(clock) {
    let count = 0;
    let timer = null;

    const ages = () => {
        for (const element of document.querySelectorAll('time[data-ago]')) {
            element.textContent = relative(element.dateTime, clock.now());
            element.title = dateTime(element.dateTime);
        }
    };
    const countdowns = () => {
        for (const element of document.querySelectorAll('[data-ticks]')) {
            element.dispatchEvent(new Event('tick'));
        }
    };
    const tick = () => {
        countdowns();
        if (count++ % AGES_EVERY === 0) ages();
        timer = setTimeout(tick, 1000 - (clock.now() % 1000) + 5);
    };
    const resume = () => {
        clearTimeout(timer);
        count = 0;
        if (!document.hidden) tick();
    };
    document.addEventListener('visibilitychange', resume);
    language.on('change', resume);
    resume();
}
