// What a ticket's clocks look like at a moment: one state, one number, for the pill and for the
// side panel.

const MINUTE = 60_000;

/**
 * @param {object|null} sla
 * @param {number} now the hub's clock, in milliseconds
 * @returns {{state: string, clock: string|null, ms: number, deadlineAt: string|null}}
 *     `ms`: what is left, or how late, or how early; never negative
 */
export function slaView(sla, now) {
    if (!sla || sla.state === 'none') return view('none');
    if (sla.state === 'met' || sla.state === 'missed') {
        const delta = sla.resolvedAt && sla.deadlineAt
            ? Date.parse(sla.deadlineAt) - Date.parse(sla.resolvedAt)
            : 0;
        return view(sla.state, 'resolution', Math.abs(delta), sla.deadlineAt);
    }
    const due = sla.nextDue;
    if (due?.deadlineAt) return running(due.clock, due.deadlineAt, targetMs(sla, due.clock), now);
    if (sla.state === 'paused') {
        const left = sla.deadlineAt && sla.pausedAt
            ? Date.parse(sla.deadlineAt) - Date.parse(sla.pausedAt)
            : 0;
        return view('paused', 'resolution', Math.max(0, left), sla.deadlineAt);
    }
    if (sla.deadlineAt) {
        return running('resolution', sla.deadlineAt, targetMs(sla, 'resolution'), now);
    }
    return view('none');
}

/** The three clocks, each for itself. */
export function clockViews(sla, now) {
    if (!sla || sla.state === 'none') return [];
    const resolution = slaView({ ...sla, nextDue: null }, now);
    return [
        { name: 'firstResponse', ...clockView(sla, 'firstResponse', now) },
        { name: 'nextResponse', ...clockView(sla, 'nextResponse', now) },
        { name: 'resolution', ...resolution, metAt: sla.resolvedAt },
    ].filter(({ state }) => state !== 'none');
}

function clockView(sla, name, now) {
    const clock = sla[name];
    if (!clock) return view('none');
    if (clock.metAt) {
        const delta = clock.deadlineAt ? Date.parse(clock.deadlineAt) - Date.parse(clock.metAt) : 0;
        return {
            ...view(
                clock.breached || delta < 0 ? 'missed' : 'met',
                name,
                Math.abs(delta),
                clock.deadlineAt,
            ),
            metAt: clock.metAt,
        };
    }
    if (!clock.deadlineAt) return view('none');
    return running(name, clock.deadlineAt, targetMs(sla, name), now);
}

/**
 * Warn at 25 % or one hour left, critical at 10 % or fifteen minutes; of a short target only the
 * share counts.
 */
function running(clock, deadlineAt, target, now) {
    const left = Date.parse(deadlineAt) - now;
    if (left <= 0) return view('breached', clock, -left, deadlineAt);
    const share = target > 0 ? left / target : 1;
    const isShort = target > 0 && target <= 60 * MINUTE;
    if (share <= 0.1 || (!isShort && left <= 15 * MINUTE)) {
        return view('critical', clock, left, deadlineAt);
    }
    if (share <= 0.25 || (!isShort && left <= 60 * MINUTE)) {
        return view('warn', clock, left, deadlineAt);
    }
    return view('ok', clock, left, deadlineAt);
}

function targetMs(sla, clock) {
    if (clock === 'resolution') return (sla.targetHours ?? 0) * 60 * MINUTE;
    return (sla[clock]?.targetMinutes ?? 0) * MINUTE;
}

const view = (state, clock = null, ms = 0, deadlineAt = null) => ({ state, clock, ms, deadlineAt });
