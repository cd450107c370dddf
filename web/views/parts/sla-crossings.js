// Announces once, at the right second, that one of the person's tickets is near its deadline or
// past it.

import { t } from '../../i18n/index.js';
import { crossings } from '../../state/sla-crossings.js';
import { h } from './dom.js';

/** @param {import('../../app.js').App} app @param {() => Iterable<object>} heads */
export function watchCrossings({ me, clock, announcer, hours }, heads) {
    const known = new Map();
    const look = () => {
        const concerns = (head) => head.assignedTo?.id === me.id ||
            (head.watchers ?? []).some(({ id }) => id === me.id);
        const mine = [...heads()].filter(concerns);
        for (const { head, state, minutes } of crossings(known, mine, clock.now(), hours.of)) {
            announcer.say(t(`sla.say.${state}`, { ref: head.ref, n: minutes }));
        }
    };
    const ticker = h('span', { hidden: true, data: { ticks: '' }, on: { tick: look } });
    document.body.append(ticker);
}
