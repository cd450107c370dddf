// The details of the connection, for a problem report.

import { number, t, timeWithSeconds } from '../../i18n/index.js';
import { addLateWords } from '../../i18n/late.js';
import { h } from './dom.js';
import { showSheet } from './dialog.js';

addLateWords();

/** @param {import('../../app.js').App} app */
export function showPanel({ connection, clock, outbox, toasts, tabs, subscriptions }) {
    const { lastFrameAt } = connection;
    const lastFrame = lastFrameAt ? timeWithSeconds(lastFrameAt + clock.offsetMs) : '—';
    const facts = [
        ['conn.rtt', clock.rttMs === null ? '—' : `${number(Math.round(clock.rttMs))} ms`],
        ['conn.offset', `${number(Math.round(clock.offsetMs))} ms`],
        ['conn.lastFrame', lastFrame],
        ['conn.rooms', subscriptions.rooms().map(({ snapshot, newest }) =>
            `${snapshot?.ref ?? '…'} ${newest}`).slice(0, 6).join(', ') || '—'],
        ['conn.outbox', number(outbox.size)],
        ['conn.tabs', t(`conn.tabs.${tabs.mode}`)],
        ['conn.build', String(connection.hello?.build ?? '—')],
    ];
    const list = h('dl', { class: 'facts' },
        ...facts.flatMap(([key, value]) => [h('dt', { t: key }), h('dd', { text: value })]),
    );
    const copy = h('button', { class: 'button button-plain', type: 'button', t: 'conn.copy' });
    copy.addEventListener('click', async () => {
        const text = facts.map(([key, value]) => `${t(key)}: ${value}`).join('\n');
        // Missing outside a secure context; there the text can be selected instead.
        await navigator.clipboard?.writeText(text).then(() => toasts.show('conn.copied'), () => {});
    });
    showSheet({ label: 'conn.title', body: [list, copy], testid: 'conn-panel' });
}
