// The state of the connection, always in the header; its panel shows the details for a problem
// report.

import { timeWithSeconds } from '../../i18n/index.js';
import { h, say } from './dom.js';

/** A shorter interruption is not shown. */
const PATIENCE_MS = 1500;
const CAUGHT_UP_MS = 3000;
/** Long enough to read. */
const CATCHING_UP_MS = 800;

export class ConnectionChip {
    #timer = null;
    #wasDown = false;
    /** A page from a cache may be older than the hub from the start. */
    #build = document.querySelector('meta[name="guichet-build"]')?.content ?? null;
    /** The events that were caught up on since the last break. */
    #caught = 0;

    /** @param {import('../../app.js').App} app */
    constructor(app) {
        this.app = app;
        this.label = h('span', { class: 'conn-label' });
        this.element = h('button', { class: 'conn', type: 'button', testid: 'conn', tTitle: 'conn.title' },
            h('span', { class: 'conn-dot', 'aria-hidden': 'true' }),
            this.label);
        this.#listen();
        this.#show('connecting', 'conn.connecting');
    }

    #listen() {
        const { connection, outbox, subscriptions } = this.app;
        connection.on('hello', () => this.#connected(connection.hello));
        connection.on('status', (status) => this.#changed(status));
        subscriptions.on('catchingUp', (n) => this.#catchingUp(n));
        outbox.on('change', () => connection.status === 'offline' && this.#offline());
        // A part of this page is gone from the hub, because it belongs to an older build.
        addEventListener('guichet-missing', async () => {
            if (await this.app.api.isUp()) this.#show('new-version', 'conn.newVersion', 'polite');
        });
        this.element.addEventListener('click', () => this.#pressed());
    }

    /** @param {'polite'|'alert'} [announce] whether screen readers get the text, and how */
    #show(state, text, announce) {
        clearTimeout(this.#timer);
        this.element.dataset.state = state;
        say(this.label, text);
        if (announce === 'polite') this.app.announcer.say(this.label.textContent);
        if (announce === 'alert') this.app.announcer.warn(this.label.textContent);
    }

    #connected({ build, isDegraded }) {
        if (this.#build !== null && build && build !== this.#build) {
            return this.#show('new-version', 'conn.newVersion', 'polite');
        }
        this.#build = build ?? this.#build;
        if (isDegraded) return this.#show('polling', 'conn.polling', 'polite');
        if (!this.#wasDown) return this.#show('live', 'conn.live');
        this.#wasDown = false;
        this.#caughtUp();
    }

    #changed(status) {
        if (status === 'signed-out') this.#show('signed-out', 'conn.signedOut', 'alert');
        else if (status === 'offline') {
            this.#wasDown = true;
            this.#offline('alert');
        } else if (status === 'connecting') {
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.#connecting(), PATIENCE_MS);
        }
    }

    #connecting() {
        this.#wasDown = true;
        this.#show('connecting', 'conn.connecting', 'polite');
    }

    #offline(announce) {
        const { size } = this.app.outbox;
        this.#show('offline', size > 0 ? ['conn.offlineQueued', { n: size }] : 'conn.offline', announce);
    }

    #caughtUp() {
        const time = timeWithSeconds(this.app.clock.now());
        this.#show('caught-up', ['conn.caughtUp', { time }], 'polite');
        this.#timer = setTimeout(() => this.#show('live', 'conn.live'), CAUGHT_UP_MS);
    }

    #catchingUp(n) {
        this.#caught += n;
        if (n === 0 || this.element.dataset.state !== 'caught-up') return;
        this.#show('catching-up', ['conn.catchingUp', { n: this.#caught }]);
        this.#timer = setTimeout(() => {
            this.#caught = 0;
            this.#caughtUp();
        }, CATCHING_UP_MS);
    }

    #pressed() {
        const { state } = this.element.dataset;
        if (state === 'signed-out') this.app.signOut();
        else if (state === 'new-version') location.reload();
        else {
            this.app.connection.wake();
            import('./connection-panel.js').then(({ showPanel }) => showPanel(this.app), () => {});
        }
    }
}
