// Converts the hub's statistics to the data of the charts. A share of nothing is null, never zero.

export const PERIODS = { today: 1, week: 7, month: 30, quarter: 90 };
export const CLOCKS = ['firstResponse', 'nextResponse', 'resolution'];

const DAY = 86_400_000;
const DAYS_MAX = 366;

/** The day of `at` in a zone; in UTC if this browser does not know the zone. */
export function dayOf(at, timeZone = 'UTC') {
    let format;
    try {
        format = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    } catch {
        return new Date(at).toISOString().slice(0, 10);
    }
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.year}-${parts.month}-${parts.day}`;
}

/** Adds calendar days, independent of clock changes. */
const later = (day, days) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);

/**
 * A chosen period, and the same number of days before it.
 * @returns {object|null} null if the days form no period
 */
export function ownPeriod(from, to, now, timeZone) {
    const days = (Date.parse(to) - Date.parse(from)) / DAY + 1;
    if (!(days >= 1 && days <= DAYS_MAX) || to > dayOf(now, timeZone)) return null;
    return { from, to, before: { from: later(from, -days), to: later(from, -1) } };
}

/** A period that ends today, and the one before it. */
export function periodOf(name, now, timeZone) {
    const days = PERIODS[name] ?? 30;
    const to = dayOf(now, timeZone);
    return {
        from: later(to, 1 - days), to,
        before: { from: later(to, 1 - 2 * days), to: later(to, -days) },
    };
}

/** The offered zones: this reader's, the installation's, UTC. */
export function zoneChoices(installation, browser = Intl.DateTimeFormat().resolvedOptions().timeZone) {
    return [...new Set([browser, installation, 'UTC'].filter(Boolean))];
}

/** @returns {number|null} */
export function compliance({ met = 0, missed = 0, breached = 0 } = {}) {
    const failed = Math.max(missed, breached);
    return met + failed === 0 ? null : met / (met + failed);
}

/** Compliance week by week, newest last. */
export function weekly(days, clock) {
    const weeks = [];
    for (let end = days.length; end > 0; end -= 7) {
        const sum = { met: 0, missed: 0, breached: 0 };
        for (const day of days.slice(Math.max(0, end - 7), end)) {
            for (const name of Object.keys(sum)) sum[name] += day[clock]?.[name] ?? 0;
        }
        weeks.unshift(compliance(sum));
    }
    return weeks;
}

/** The change since the previous period, as a share; null if that period had nothing. */
export const change = (now, before) => (before > 0 ? (now - before) / before : null);

/**
 * Live numbers from the queue itself, so that they match the lists that they open.
 * @param {Record<string, number>} [counts] the hub's numbers if the queue is not completely loaded
 */
export function liveTiles(snapshots, now, isLate, counts = {}) {
    const waits = snapshots.filter(({ waitingSince }) => waitingSince).map(({ waitingSince }) =>
        now - Date.parse(waitingSince));
    const soon = (snapshot) => {
        const due = snapshot.sla?.nextDue?.deadlineAt;
        const left = due ? Date.parse(due) - now : NaN;
        return left > 0 && left <= 3_600_000;
    };
    return {
        open: snapshots.length,
        free: snapshots.filter(({ assignedTo, status }) => !assignedTo && status !== 'waiting').length,
        waiting: snapshots.filter(({ status }) => status === 'waiting').length,
        late: snapshots.filter(isLate).length,
        soon: snapshots.filter(soon).length,
        oldestMs: waits.length > 0 ? Math.max(...waits) : null,
        ...counts,
    };
}
