// The next deadline of a ticket, counting down. Colour is never alone: icon and words differ per
// state.

import { dateTime, duration, t } from '../i18n/index.js';
import { clockViews, slaView } from '../state/sla.js';
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
const TICKING = ['ok', 'warn', 'critical', 'breached'];

export const slaText = ({ state, ms }) => t(`sla.${state}`, { d: duration(ms) });

/** @param {import('../sdk/guichet.js').ServerClock} clock */
export function slaPill(clock) {
    const svg = icon('clock');
    const name = h('span', { class: 'sla-clock', 'aria-hidden': 'true' });
    const text = h('span', { class: 'sla-text' });
    const stamp = h('time', { class: 'sla-time' }, text);
    const whole = h('span', { class: 'visually-hidden' });
    const element = h('span', { class: 'sla-pill sla', testid: 'sla' }, svg, name, stamp, whole);
    let sla = null;
    let sentence = '';

    const draw = () => {
        const view = slaView(sla, clock.now());
        element.hidden = view.state === 'none';
        setAttribute(element, 'data-ticks', TICKING.includes(view.state));
        if (view.state === 'none') return;
        if (element.dataset.state !== view.state) {
            element.dataset.state = view.state;
            reshape(svg, ICONS[view.state]);
        }
        write(name, t(`sla.short.${view.clock}`));
        write(text, slaText(view));
        stamp.dateTime = view.deadlineAt ?? '';
        stamp.setAttribute('aria-hidden', 'true');
        sentence = sentenceOf(view);
        // The minute is enough for who hears it; all three clocks for who points at it.
        const minute = `${view.state} ${Math.floor(view.ms / 60_000)} ${sla.seq ?? ''} ${t('sla.none')}`;
        if (element.dataset.minute === minute) return;
        element.dataset.minute = minute;
        write(whole, sentence);
        element.title = clockViews(sla, clock.now()).map((each) =>
            sentenceOf({ ...each, clock: each.name })).join('\n');
    };
    element.addEventListener('tick', draw);
    return {
        element,
        sentence: () => sentence,
        update(next) {
            sla = next;
            delete element.dataset.minute;
            draw();
        },
    };
}

const sentenceOf = (view) => t('sla.sentence', {
    clock: t(`sla.clock.${view.clock}`),
    text: slaText(view),
    at: view.deadlineAt ? dateTime(view.deadlineAt) : '—',
});
