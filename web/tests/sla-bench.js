// Measures a tick of many clocks: `node web/tests/sla-bench.js`. It is not a test, because a busy
// machine is no defect.

import { ServiceLevels } from '../state/service-levels.js';
import { slaView } from '../state/sla.js';

const CLOCKS = 500;
const TICKS = 2000;
const day = [['08:30', '12:00'], ['13:30', '18:00']];
const now = Date.parse('2026-11-27T09:00:00Z');
const levels = new ServiceLevels({
    calendars: [{
        name: 'bureau', timeZone: 'Europe/Paris', holidays: ['2026-12-25'],
        hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((name) => [name, day])),
    }],
    policies: [{ match: { priority: 'urgent' }, calendar: null }, { calendar: 'bureau' }],
}, now);
const snapshots = Array.from({ length: CLOCKS }, (_, index) => {
    const deadlineAt = new Date(now + (index - 20) * 600_000).toISOString();
    return {
        priority: 'normal', category: 'request', project: `p${index % 7}`,
        sla: { state: 'running', deadlineAt, targetHours: 24, nextDue: { clock: 'resolution', deadlineAt } },
    };
});

for (const [name, hoursOf] of [['around the clock', () => null], ['with a calendar', (snapshot) => levels.calendarOf(snapshot)]]) {
    const tick = (at) => snapshots.reduce((sum, snapshot) => sum + slaView(snapshot.sla, at, hoursOf(snapshot)).ms, 0);
    for (let warm = 0; warm < 200; warm += 1) tick(now + warm * 1000);
    const began = performance.now();
    for (let count = 0; count < TICKS; count += 1) tick(now + count * 1000);
    const each = (performance.now() - began) / TICKS;
    console.log(`${name}: ${each.toFixed(3)} ms for a tick of ${CLOCKS} clocks`);
}
