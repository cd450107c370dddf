// The next deadline of a ticket, counting down. Colour is never alone: icon and words differ per
// state.

import { dateTime, duration, t } from '../i18n/index.js';
import { slaView } from '../state/sla.js';
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
    const element = h('span', { class: 'sla-pill', testid: 'sla' }, svg, name, text);
    let sla = null;

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
        const sentence = t('sla.sentence', {
            clock: t(`sla.clock.${view.clock}`),
            text: slaText(view),
            at: view.deadlineAt ? dateTime(view.deadlineAt) : '—',
        });
        if (element.title !== sentence) element.title = sentence;
    };
    element.addEventListener('tick', draw);
    return {
        element,
        update(next) {
            sla = next;
            draw();
        },
    };
}
