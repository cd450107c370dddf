// Announces once, at the right second, that one of the person's tickets is near its deadline or
// past it.

import { t } from '../../i18n/index.js';
import { crossings } from '../../state/sla-crossings.js';
import { h } from './dom.js';

/** @param {import('../../app.js').App} app @param {() => Iterable<object>} snapshots */
export function watchCrossings({ me, clock, announcer, hours }, snapshots) {
    const known = new Map();
    const look = () => {
        const concerns = (snapshot) => snapshot.assignedTo?.id === me.id ||
            (snapshot.watchers ?? []).some(({ id }) => id === me.id);
        const mine = [...snapshots()].filter(concerns);
        for (const { snapshot, state, minutes } of crossings(known, mine, clock.now(), hours.of)) {
            announcer.say(t(`sla.say.${state}`, { ref: snapshot.ref, n: minutes }));
        }
    };
    const ticker = h('span', { hidden: true, data: { ticks: '' }, on: { tick: look } });
    document.body.append(ticker);
}
