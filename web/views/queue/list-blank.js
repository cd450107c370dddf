// Empty lists: nothing to do, nothing found, nothing loaded.

import { time } from '../../i18n/index.js';
import { h } from '../parts/dom.js';
import { icon } from '../parts/icon.js';

const line = (key, className = 'blank-title') => h('p', { class: className, t: key });

/** Placeholders with the height of rows. */
export function showSkeleton(element, count) {
    element.hidden = false;
    element.replaceChildren(...Array.from({ length: count }, () =>
        h('div', { class: 'skeleton-row', 'aria-hidden': 'true' })));
}

/** @param {HTMLElement} element @param {import('./queue-list.js').QueueList} list */
export function drawQueueBlank(element, list) {
    const { source } = list;
    if (source.isWaiting) return showSkeleton(element, 3);
    if (source.hub.error) {
        return element.replaceChildren(line('list.failed'), h('button', {
            class: 'button button-plain', type: 'button', t: 'retry', testid: 'list-retry',
            on: { click: () => source.hub.refresh() },
        }));
    }
    if (list.bar.isNarrowed) {
        return element.replaceChildren(line('queue.noResult'), h('button', {
            class: 'button button-plain', type: 'button', t: 'queue.clear', testid: 'clear-filter',
            on: { click: () => list.bar.clear() },
        }));
    }
    if (list.view === 'unassigned') {
        const takenAt = localStorage.getItem('guichet.takenAt');
        return element.replaceChildren(
            icon('checkCircle', 'icon blank-icon'),
            line('queue.nothingToTake'),
            takenAt
                ? line(['queue.lastTaken', { time: time(Number(takenAt)) }], 'blank-hint')
                : line('queue.nothingToTakeHint', 'blank-hint'));
    }
    element.replaceChildren(icon('inbox', 'icon blank-icon'), line('queue.nothing'));
}
