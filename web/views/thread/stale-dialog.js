// The compose guard: shows what arrived since the draft was begun, before the answer is sent.

import { time } from '../../i18n/index.js';
import { systemLinesOf } from '../../state/timeline.js';
import { nameOf } from '../../state/visible-text.js';
import { ask } from '../parts/dialog.js';
import { h } from '../parts/dom.js';
import { wordLine } from './thread-entry.js';

/** @returns {Promise<'force'|'review'|''>} */
export function askAboutStale(item) {
    const missed = item.error?.missed ?? [];
    const list = h('ol', { class: 'missed' }, ...missed.map((event) => {
        const text = event.message?.body ?? systemLinesOf(event).map((line) =>
            wordLine(line, event.by, 'staff')).join(' · ');
        return h('li', { testid: 'missed' },
            h('p', { class: 'missed-head' },
                h('strong', { text: nameOf(event.by) }),
                h('time', { datetime: event.at, text: time(event.at) }),
            ),
            h('p', { text }),
        );
    }));
    return ask({
        label: 'stale.title', testid: 'stale-dialog',
        body: [h('p', { t: 'stale.lead' }), list],
        buttons: [
            { label: 'stale.force', value: 'force', testid: 'stale-force' },
            { label: 'stale.review', value: 'review', tone: 'primary', testid: 'stale-review', isFirst: true },
        ],
    });
}
