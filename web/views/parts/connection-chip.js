// The state of the connection, always in the header; its panel shows the details for a problem
// report.

import { timeWithSeconds } from '../../i18n/index.js';
import { h, say } from './dom.js';

/** A shorter interruption is not shown. */
const PATIENCE_MS = 1500;
const CAUGHT_UP_MS = 3000;
/** Long enough to read. */
const CATCHING_UP_MS = 800;

/** @param {import('../../app.js').App} app */
export function connectionChip(app) {
    const { connection, outbox, announcer, subscriptions } = app;
    const label = h('span', { class: 'conn-label' });
    const element = h('button', {
        class: 'conn',
        type: 'button',
        testid: 'conn',
        tTitle: 'conn.title',
    },
        h('span', { class: 'conn-dot', 'aria-hidden': 'true' }),
        label,
    );
    let timer = null;
    let wasDown = false;
    // A page from a cache may be older than the hub from the start.
    let build = document.querySelector('meta[name="guichet-build"]')?.content ?? null;
    let caught = 0;

    const show = (state, text, announce) => {
        clearTimeout(timer);
        element.dataset.state = state;
        say(label, text);
        if (announce === 'polite') announcer.say(label.textContent);
        if (announce === 'alert') announcer.warn(label.textContent);
    };
    const offline = (announce) => show(
        'offline',
        outbox.size > 0 ? ['conn.offlineQueued', { n: outbox.size }] : 'conn.offline',
        announce,
    );
    const down = () => {
        wasDown = true;
        show('connecting', 'conn.connecting', 'polite');
    };
    const caughtUp = () => {
        show('caught-up', ['conn.caughtUp', { time: timeWithSeconds(app.clock.now()) }], 'polite');
        timer = setTimeout(() => show('live', 'conn.live'), CAUGHT_UP_MS);
    };
    const live = () => {
        if (build !== null && connection.hello.build && connection.hello.build !== build) {
            return show('new-version', 'conn.newVersion', 'polite');
        }
        build = connection.hello.build ?? build;
        if (connection.hello.isDegraded) return show('polling', 'conn.polling', 'polite');
        if (!wasDown) return show('live', 'conn.live');
        wasDown = false;
        caughtUp();
    };
    connection.on('hello', live);
    // A part of this page is gone from the hub, because it belongs to an older build.
    addEventListener('guichet-missing', async () => {
        if (await app.api.isUp()) show('new-version', 'conn.newVersion', 'polite');
    });
    subscriptions.on('catchingUp', (n) => {
        caught += n;
        if (n === 0 || element.dataset.state !== 'caught-up') return;
        show('catching-up', ['conn.catchingUp', { n: caught }]);
        timer = setTimeout(() => {
            caught = 0;
            caughtUp();
        }, CATCHING_UP_MS);
    });
    connection.on('status', (status) => {
        if (status === 'signed-out') show('signed-out', 'conn.signedOut', 'alert');
        else if (status === 'offline') {
            wasDown = true;
            offline('alert');
        } else if (status === 'connecting') {
            clearTimeout(timer);
            timer = setTimeout(down, PATIENCE_MS);
        }
    });
    outbox.on('change', () => connection.status === 'offline' && offline());
    element.addEventListener('click', () => {
        if (element.dataset.state === 'signed-out') app.signOut();
        else if (element.dataset.state === 'new-version') location.reload();
        else {
            connection.wake();
            import('./connection-panel.js').then(({ showPanel }) => showPanel(app), () => {});
        }
    });
    show('connecting', 'conn.connecting');
    return element;
}
