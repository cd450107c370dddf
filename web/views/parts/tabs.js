// A tab list: arrows move, Home and End jump, one tab is in the page's tab order.

import { h, setAttribute } from './dom.js';
import { onKey } from './keys.js';

/**
 * @param {{label: string, tabs: Array<{name: string, label: string, badge?: Element}>, onChoose:
 *     (name: string) => void}} options
 */
export function tabList({ label, tabs, onChoose }) {
    const buttons = tabs.map(({ name, label: text, badge }) => h('button', {
        class: 'page-tab', type: 'button', role: 'tab', id: `tab-${name}`, data: { tab: name },
        'aria-controls': `panel-${name}`, testid: `tab-${name}`, on: { click: () => onChoose(name) },
    }, h('span', { t: text }), badge));
    const element = h('div', { class: 'page-tabs', role: 'tablist', tLabel: label }, ...buttons);
    onKey(element, ({ key }) => {
        const at = buttons.indexOf(document.activeElement);
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[key];
        if (to === undefined || at === -1) return;
        const button = buttons[(to + buttons.length) % buttons.length];
        button.focus();
        onChoose(button.dataset.tab);
    });
    return {
        element,
        update(name) {
            for (const button of buttons) {
                const isChosen = button.dataset.tab === name;
                setAttribute(button, 'aria-selected', String(isChosen));
                button.tabIndex = isChosen ? 0 : -1;
            }
        },
    };
}
