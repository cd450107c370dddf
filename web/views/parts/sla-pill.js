// The next deadline of a ticket, counting down. Each state has its own icon and words, not only a
// colour.

import { duration, language, soon, span, t, when } from '../../i18n/index.js';
import { clockViews, slaView } from '../../state/sla.js';
import { h, setAttribute, write } from './dom.js';
import { icon, reshape } from './icon.js';

const ICONS = {
    ok: 'clock',
    warn: 'hourglass',
    critical: 'flame',
    breached: 'warning',
    paused: 'pause',
    met: 'check',
    missed: 'warning',
};
const HOUR = 3_600_000;
const TICKING = ['ok', 'warn', 'critical', 'breached'];

/** @param {object} view of `slaView` @param {number} now */
export function slaText({ state, ms, isWork, reason, resumesAt: at }, now) {
    if (reason === 'hours') {
        const rests = t('sla.hours.rests');
        return at === null ? rests : `${rests}, ${resumeText(at, now)}`;
    }
    if (isWork) return workText(state, ms);
    // What is over does not tick: 51 min, not 51:26.
    return t(`sla.${state}`, { d: state === 'met' || state === 'missed' ? span(ms) : duration(ms) });
}

const resumesAt = ({ reason, resumesAt: at }) => (reason ? at : null);
const resumeText = (at, now) => t('sla.hours.resumes', { at: soon(at, now) });

function workText(state, ms) {
    const hours = Math.floor(ms / 3_600_000);
    // French counts hours: `1 h 30 ouvrée`, but `42:10 ouvrées`.
    return t(`sla.hours.${state === 'paused' ? 'stopped' : 'left'}`, {
        d: duration(ms, { withDays: false }),
        n: hours === 1 ? 1 : 2,
    });
}

/** @param {import('../../app.js').App} app */
export function slaPill({ clock, hours }) {
    const svg = icon('clock');
    const name = h('span', { class: 'sla-clock', 'aria-hidden': 'true' });
    const text = h('span', { class: 'sla-text' });
    const stamp = h('time', { class: 'sla-time', 'aria-hidden': 'true' }, text);
    const whole = h('span', { class: 'visually-hidden' });
    const element = h('span', { class: 'sla-pill sla', testid: 'sla' }, svg, name, stamp, whole);
    let snapshot = null;
    let sentence = '';
    let calendar = null;
    let version = -1;
    /** The shown values: while they are current, a tick changes nothing. */
    let shown = {};

    const draw = () => {
        if (!snapshot) return;
        if (version !== hours.version) {
            version = hours.version;
            calendar = hours.of(snapshot);
            shown = {};
        }
        const now = clock.now();
        const view = slaView(snapshot.sla, now, calendar);
        const minute = Math.floor((view.reason ? now : view.ms) / 60_000);
        const second = view.ms < HOUR && !view.reason ? Math.floor(view.ms / 1000) : -1;
        const isSame = view.state === shown.state && view.clock === shown.clock &&
            view.level === shown.level && minute === shown.minute && language.code === shown.language;
        if (isSame && second === shown.second) return;
        shown = { ...view, minute, second, language: language.code };
        if (!isSame) drawWhole(view, now);
        if (view.state !== 'none' && !resumesAt(view)) write(text, slaText(view, now));
    };

    /** Screen readers get minutes; the tooltip has all three clocks. */
    const drawWhole = (view, now) => {
        element.hidden = view.state === 'none';
        const isTicking = TICKING.includes(view.state) || view.reason === 'hours';
        setAttribute(element, 'data-ticks', isTicking);
        if (view.state === 'none') return;
        element.dataset.state = view.state;
        reshape(svg, ICONS[view.state]);
        setAttribute(element, 'data-reason', view.reason);
        stamp.dateTime = view.deadlineAt ?? '';
        sentence = sentenceOf(view, now);
        write(whole, sentence);
        write(name, t(`sla.short.${view.clock}`));
        if (resumesAt(view)) {
            // In a narrow column the reason may be cut, not the time; the tooltip has the clock.
            write(name, `${t('sla.hours.rests')}, `);
            write(text, resumeText(view.resumesAt, now));
        }
        element.title = [
            ...clockViews(snapshot.sla, now, calendar).map((each) =>
                sentenceOf({ ...each, clock: each.name }, now)),
            ...(calendar ? [calendarText(calendar)] : []),
        ].join('\n');
    };
    element.addEventListener('tick', draw);
    return {
        element,
        sentence: () => sentence,
        update(next) {
            snapshot = next;
            version = -1;
            draw();
        },
    };
}

export const calendarText = ({ name, timeZone }) =>
    t('sla.hours.calendar', { name, zone: timeZone });

const sentenceOf = (view, now) => t('sla.sentence', {
    clock: t(`sla.clock.${view.clock}`),
    text: view.reason === 'hours'
        ? `${slaText(view, now)}, ${workText(view.level, view.ms)}`
        : slaText(view, now),
    at: view.deadlineAt ? when(view.deadlineAt, now) : '—',
});
