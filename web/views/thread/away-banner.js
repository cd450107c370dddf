// A banner over the console while the hub is unreachable. Actions that need the hub are disabled
// until it is back.

import { time } from '../../i18n/index.js';
import { h, say } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { setAway } from './needs-hub.js';

/** A shorter reconnection is not shown. */
const PATIENCE_MS = 4000;

export class AwayBanner {
    isAway = false;
    /** When the page's data was last current. */
    since = null;
    #timer = null;

    /** @param {import('../../app.js').App} app @param {() => void} onChange */
    constructor(app, onChange) {
        Object.assign(this, { app, onChange });
        this.text = h('span');
        this.element = h('p', { class: 'away-banner', hidden: true, testid: 'away' }, icon('cloudOff'), this.text);
        app.connection.on('status', (status) => this.#heard(status));
        app.outbox.on('change', () => this.isAway && this.#draw());
    }

    #heard(status) {
        clearTimeout(this.#timer);
        if (status === 'live') return this.#set(false);
        if (status === 'offline') return this.#set(true);
        if (status === 'connecting') this.#timer = setTimeout(() => this.#set(true), PATIENCE_MS);
        return undefined;
    }

    #set(isAway) {
        if (isAway === this.isAway) return;
        const { connection, clock } = this.app;
        if (isAway && connection.lastFrameAt) this.since = connection.lastFrameAt + clock.offsetMs;
        if (!isAway) this.since = null;
        this.isAway = isAway;
        this.#draw();
        setAway(isAway);
        this.onChange();
    }

    #draw() {
        const { size } = this.app.outbox;
        this.element.hidden = !this.isAway;
        say(this.text, size > 0 ? ['away.waiting', { n: size }] : 'away.banner');
    }

    /** @returns {Array|null} a label for a list that is not current */
    label() {
        return this.isAway && this.since ? ['away.dataFrom', { time: time(this.since) }] : null;
    }
}
