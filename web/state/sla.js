// The state of a ticket's clocks at a moment: one state and one number, for the pill and the side
// panel.

const MINUTE = 60_000;
const TIMES_MAX = 5000;

/** A cache: the same few deadlines are parsed each second. */
const times = new Map();

function timeOf(text) {
    let at = times.get(text);
    if (at !== undefined) return at;
    if (times.size >= TIMES_MAX) times.clear();
    at = Date.parse(text);
    times.set(text, at);
    return at;
}

/**
 * @param {object|null} sla
 * @param {number} now the hub's clock, in milliseconds
 * @param {import('./work-calendar.js').WorkCalendar|null} [hours] the calendar of its clocks; null:
 *     around the clock
 * @returns {{state: string, clock: string|null, ms: number, deadlineAt: string|null, isWork?:
 *     boolean, reason?: 'hours', level?: string, resumesAt?: number|null}}
 *     `ms`: the time left, or late, or early; never negative; `isWork`: `ms` is working time.
 *     Outside of its hours a clock is `paused` with the `reason` `hours`; `level` is its later state.
 */
export function slaView(sla, now, hours = null) {
    if (!sla || sla.state === 'none') return view('none');
    if (sla.state === 'met' || sla.state === 'missed') {
        const delta = sla.resolvedAt && sla.deadlineAt
            ? Date.parse(sla.deadlineAt) - Date.parse(sla.resolvedAt)
            : 0;
        return view(sla.state, 'resolution', Math.abs(delta), sla.deadlineAt);
    }
    const due = sla.nextDue;
    if (due?.deadlineAt) {
        return running(due.clock, due.deadlineAt, targetMs(sla, due.clock), now, hours);
    }
    if (sla.state === 'paused') return stopped(sla, hours);
    if (sla.deadlineAt) {
        return running('resolution', sla.deadlineAt, targetMs(sla, 'resolution'), now, hours);
    }
    return view('none');
}

/** The state by the clock's level, also while it rests outside of its hours. */
export const isNearOrLate = ({ state, level = state }) =>
    ['warn', 'critical', 'breached'].includes(level);

function stopped({ deadlineAt, pausedAt }, hours) {
    if (!deadlineAt || !pausedAt) return view('paused', 'resolution', 0, deadlineAt);
    const [from, until] = [Date.parse(pausedAt), Date.parse(deadlineAt)];
    const left = hours ? hours.worked(from, until) : Math.max(0, until - from);
    return { ...view('paused', 'resolution', left, deadlineAt), isWork: hours !== null };
}

/** The three clocks separately. */
export function clockViews(sla, now, hours = null) {
    if (!sla || sla.state === 'none') return [];
    const resolution = slaView({ ...sla, nextDue: null }, now, hours);
    return [
        { name: 'firstResponse', ...clockView(sla, 'firstResponse', now, hours) },
        { name: 'nextResponse', ...clockView(sla, 'nextResponse', now, hours) },
        { name: 'resolution', ...resolution, metAt: sla.resolvedAt },
    ].filter(({ state }) => state !== 'none');
}

function clockView(sla, name, now, hours) {
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
    return running(name, clock.deadlineAt, targetMs(sla, name), now, hours);
}

function running(clock, deadlineAt, target, now, hours) {
    const until = timeOf(deadlineAt);
    if (until <= now) return view('breached', clock, now - until, deadlineAt);
    const left = hours ? hours.worked(now, until) : until - now;
    // A deadline outside of the hours was computed with other hours, for example before a change.
    if (left <= 0) return view(levelOf(until - now, target), clock, until - now, deadlineAt);
    const found = { ...view(levelOf(left, target), clock, left, deadlineAt), isWork: hours !== null };
    if (!hours || hours.isOpen(now)) return found;
    const resumesAt = hours.nextSpan(now)?.from ?? null;
    return { ...found, state: 'paused', reason: 'hours', level: found.state, resumesAt };
}

/**
 * Warns at 25 % or one hour left, critical at 10 % or fifteen minutes; for a short target only the
 * share counts.
 */
function levelOf(left, target) {
    const share = target > 0 ? left / target : 1;
    const isShort = target > 0 && target <= 60 * MINUTE;
    if (share <= 0.1 || (!isShort && left <= 15 * MINUTE)) return 'critical';
    if (share <= 0.25 || (!isShort && left <= 60 * MINUTE)) return 'warn';
    return 'ok';
}

function targetMs(sla, clock) {
    if (clock === 'resolution') return (sla.targetHours ?? 0) * 60 * MINUTE;
    return (sla[clock]?.targetMinutes ?? 0) * MINUTE;
}

const view = (state, clock = null, ms = 0, deadlineAt = null) => ({ state, clock, ms, deadlineAt });
