// Opening hours at this moment: open until when, or closed until when.

const WEEK = 7 * 86_400_000;

/**
 * @param {import('./work-calendar.js').WorkCalendar|null} hours
 * @param {number} now
 * @returns {{state: 'open'|'always'|'closed'|'never', at: number|null}|null} null: nothing to say
 */
export function opening(hours, now) {
    if (!hours) return null;
    const span = hours.openSpan(now);
    if (span) {
        const isEndless = span.until - now > WEEK;
        return { state: isEndless ? 'always' : 'open', at: isEndless ? null : span.until };
    }
    const next = hours.nextSpan(now);
    return { state: next ? 'closed' : 'never', at: next?.from ?? null };
}
