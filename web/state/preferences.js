// A person's preferences on this device.

import { Emitter } from '../sdk/parts.js';

const NAME = 'guichet.preferences';

const DEFAULTS = {
    /** Single keys act; WCAG 2.2 SC 2.1.4 requires a switch. */
    singleKeys: true,
    /** Enter sends, Shift+Enter starts a new line. */
    enterSends: false,
    /** What the composer of staff begins with: `reply` or `note`. */
    firstMode: 'reply',
    /** Ids of the saved views that come first in the navigation. */
    pins: [],
    /** Seconds in which a reply can be taken back; 0 to 15. */
    undoSeconds: 8,
    /** Whether others see that this person types. */
    showsTyping: true,
    /** Events with a sound: none by default. */
    sounds: [],
    volume: 0.5,
    /** Browser notifications; the browser also asks for permission. */
    notifies: false,
    /** Events with a browser notification. */
    notices: ['message', 'status', 'assignment', 'sla'],
    /** Hours without sound and browser notifications, such as `22:00`; empty: none. */
    quietFrom: '',
    quietTo: '',
    /** No sound and no browser notification before this time, in ms. */
    pausedUntil: 0,
};

export class Preferences extends Emitter {
    #values;

    constructor(storage) {
        super();
        this.storage = storage;
        this.#values = { ...DEFAULTS, ...read(storage) };
    }

    get(name) {
        return this.#values[name];
    }

    set(name, value) {
        this.#values = { ...this.#values, [name]: value };
        try {
            this.storage.setItem(NAME, JSON.stringify(this.#values));
        } catch {
            // Without storage the choice lasts as long as the page.
        }
        this.emit('change', name);
    }
}

function read(storage) {
    try {
        const known = JSON.parse(storage.getItem(NAME) ?? '{}');
        return Object.fromEntries(Object.entries(DEFAULTS).filter(([name, value]) =>
            typeof known[name] === typeof value && Array.isArray(known[name]) === Array.isArray(value))
            .map(([name]) => [name, known[name]]));
    } catch {
        return {};
    }
}
