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

/** A pill: its `element` draws itself on each `tick` (see `ticker.js`). */
export class SLAPill {
    #snapshot = null;
    #sentence = '';
    #calendar = null;
    /** The version of the calendars that `#calendar` is from. */
    #version = -1;
    #hideTip = () => {};
    /** The shown values: while they are current, a tick changes nothing. */
    #shown = {};

    /**
     * @param {import('../../app.js').App} app
     * @param {{tabIndex?: number}} options -1 where the arrows of a list lead to it
     */
    constructor({ clock, hours }, { tabIndex = 0 } = {}) {
        Object.assign(this, { clock, hours });
        this.icon = icon('clock');
        this.name = h('span', { class: 'sla-clock', 'aria-hidden': 'true' });
        this.text = h('span', { class: 'sla-text' });
        this.stamp = h('time', { class: 'sla-time', 'aria-hidden': 'true' }, this.text);
        this.whole = h('span', { class: 'visually-hidden' });
        this.element = h('span', { class: 'sla-pill sla', testid: 'sla', role: 'group', tabindex: String(tabIndex) },
            this.icon, this.name, this.stamp, this.whole);
        this.element.addEventListener('focus', () => this.#showTip());
        this.element.addEventListener('blur', () => this.#hideTip());
        this.element.addEventListener('tick', () => this.#draw());
    }

    /** The whole sentence, for screen readers. */
    get sentence() {
        return this.#sentence;
    }

    update(snapshot) {
        this.#snapshot = snapshot;
        this.#version = -1;
        this.#draw();
    }

    #draw() {
        if (!this.#snapshot) return;
        this.#readCalendar();
        const now = this.clock.now();
        const view = slaView(this.#snapshot.sla, now, this.#calendar);
        const next = shownOf(view, now);
        const isSame = ['state', 'clock', 'level', 'minute', 'language'].every((name) =>
            next[name] === this.#shown[name]);
        if (isSame && next.second === this.#shown.second) return;
        this.#shown = next;
        if (!isSame) this.#drawWhole(view, now);
        if (view.state !== 'none' && !resumesAt(view)) write(this.text, slaText(view, now));
    }

    #readCalendar() {
        if (this.#version === this.hours.version) return;
        this.#version = this.hours.version;
        this.#calendar = this.hours.of(this.#snapshot);
        this.#shown = {};
    }

    /** Screen readers get minutes; the tooltip has all three clocks. */
    #drawWhole(view, now) {
        const { element } = this;
        element.hidden = view.state === 'none';
        setAttribute(element, 'data-ticks', TICKING.includes(view.state) || view.reason === 'hours');
        if (view.state === 'none') return;
        element.dataset.state = view.state;
        reshape(this.icon, ICONS[view.state]);
        setAttribute(element, 'data-reason', view.reason);
        this.stamp.dateTime = view.deadlineAt ?? '';
        this.#sentence = sentenceOf(view, now);
        write(this.whole, this.#sentence);
        this.#drawName(view, now);
        element.title = this.#tooltip(now);
    }

    #drawName(view, now) {
        if (!resumesAt(view)) return write(this.name, t(`sla.short.${view.clock}`));
        // In a narrow column the reason may be cut, not the time; the tooltip has the clock.
        write(this.name, `${t('sla.hours.rests')}, `);
        write(this.text, resumeText(view.resumesAt, now));
    }

    /** All three clocks, as the pointer gets them. */
    async #showTip() {
        const { showTip, hideTip } = await import('./sla-tip.js');
        this.#hideTip = hideTip;
        if (document.activeElement === this.element) showTip(this.element, this.#tooltip(this.clock.now()));
    }

    #tooltip(now) {
        const clocks = clockViews(this.#snapshot.sla, now, this.#calendar).map((each) =>
            sentenceOf({ ...each, clock: each.name }, now));
        return [...clocks, ...(this.#calendar ? [calendarText(this.#calendar)] : [])].join('\n');
    }
}

/** What of a view changes the words; the second only in the last hour. */
function shownOf({ state, clock, level, ms, reason }, now) {
    return {
        state, clock, level,
        minute: Math.floor((reason ? now : ms) / 60_000),
        second: ms < HOUR && !reason ? Math.floor(ms / 1000) : -1,
        language: language.code,
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
