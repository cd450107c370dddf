// The hub's rules for display: weekly hours, targets, the scope of a policy. Also checks a quick
// reply before it is sent.

import { VARIABLES, variablesIn } from './quick-replies.js';

export const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY_MINUTES = 24 * 60;

const minutesOf = (clock) => {
    const [hours, minutes] = clock.split(':').map(Number);
    return hours * 60 + minutes;
};

/**
 * @param {{hours?: Record<string, Array<[string, string]>>}} calendar
 * @returns {Array<{day: string, frames: Array<{from: string, to: string, start: number, share:
 *     number}>, minutes: number}>} one entry a day, Monday first; `start` and `share` of the whole
 *     day
 */
export const weekOf = ({ hours = {} }) => WEEK.map((day) => {
    const frames = (hours[day] ?? []).map(([from, to]) => {
        const [start, end] = [minutesOf(from), minutesOf(to)];
        return { from, to, start: start / DAY_MINUTES, share: (end - start) / DAY_MINUTES };
    });
    const minutes = frames.reduce((sum, { share }) => sum + Math.round(share * DAY_MINUTES), 0);
    return { day, frames, minutes };
});

/** @returns {{days: number, hours: number, minutes: number}|null} days only if they are whole */
export function splitMinutes(total) {
    if (total === null || total === undefined) return null;
    const whole = Math.round(total);
    const days = whole >= 2 * DAY_MINUTES && whole % DAY_MINUTES === 0 ? whole / DAY_MINUTES : 0;
    const rest = whole - days * DAY_MINUTES;
    return { days, hours: Math.floor(rest / 60), minutes: rest % 60 };
}

/** Holidays from this day on first, then past ones; both in order. */
export function holidaysFrom(holidays, today) {
    const sorted = [...holidays].sort();
    return { coming: sorted.filter((day) => day >= today), past: sorted.filter((day) => day < today) };
}

const SHORTCUT = /^[a-z0-9_-]+$/;

/**
 * @param {{title: string, shortcut: string, bodies: Record<string, string>}} reply
 * @param {object[]} others the other replies, whose shortcuts are taken
 * @returns {Record<string, {key: string, params?: object}>} by field; empty if it is valid
 */
export function replyProblems({ title, shortcut, bodies }, others) {
    const problems = {};
    if (title === '') problems.title = { key: 'reply.needsTitle' };
    if (shortcut !== '' && !SHORTCUT.test(shortcut)) problems.shortcut = { key: 'reply.badShortcut' };
    else if (shortcut !== '' && others.some((other) => other.shortcut === shortcut)) {
        problems.shortcut = { key: 'reply.takenShortcut' };
    }
    if (Object.values(bodies).every((text) => text === '')) problems.fr = { key: 'reply.needsBody' };
    for (const [language, text] of Object.entries(bodies)) {
        const [unknown] = variablesIn(text).filter((name) => !VARIABLES.includes(name));
        if (unknown) problems[language] = { key: 'reply.badVariable', params: { name: unknown } };
    }
    return problems;
}
