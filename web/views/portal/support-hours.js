// Shows whether support is open now, and until when.

import { soon, t, time } from '../../i18n/index.js';
import { opening } from '../../state/opening.js';
import { setAttribute, write } from '../parts/dom.js';

/**
 * @param {HTMLElement} element drawn anew
 * @param {import('../../state/work-calendar.js').WorkCalendar|null} hours
 * @param {number} now
 */
export function supportHours(element, hours, now) {
    const found = opening(hours, now);
    element.hidden = !found;
    if (!found) return;
    const text = t(`hours.${found.state}`, { at: found.at === null ? '' : soon(found.at, now) });
    if (element.textContent === text) return;
    element.dataset.state = found.state;
    write(element, text);
    setAttribute(element, 'title', today(hours, now));
}

function today(hours, now) {
    const midnight = new Date(now).setHours(0, 0, 0, 0);
    const next = new Date(midnight).setDate(new Date(midnight).getDate() + 1);
    const spans = hours.spans(midnight, next).map(({ from, until }) =>
        `${time(Math.max(from, midnight))}–${time(Math.min(until, next))}`);
    return spans.length === 0 ? t('hours.offToday') : t('hours.today', { list: spans.join(', ') });
}
