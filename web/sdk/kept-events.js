// Events without a listener yet: kept for the first listener of their kind. A caller that starts to
// listen after an answer still gets the events that came with it.

import { Emitter } from './wire.js';

/**
 * An event source that hands over to the first listener of a kind what came before it, within `on`.
 * What a listener throws, at once or in its promise, is an `error` event and hurts nobody else;
 * where nobody listens to that, it also goes to the console.
 */
export class KeptEvents extends Emitter {
    /** Kind → what came. A kind that was listened to once is not kept again. */
    #kept = new Map();
    #limits;

    /** @param {Object<string, number>} limits kind → how many are kept, the newest ones */
    constructor(limits) {
        super();
        this.#limits = limits;
        for (const kind of Object.keys(limits)) this.#kept.set(kind, []);
    }

    /** @returns {boolean} whether as many as may be kept wait for a listener of this kind */
    isFull(kind) {
        return (this.#kept.get(kind)?.length ?? -1) >= this.#limits[kind];
    }

    /** @returns {boolean} whether somebody listens to this kind, or did */
    isHeard(kind) {
        return !this.#kept.has(kind);
    }

    on(kind, listener) {
        const guarded = (detail) => this.#tell(kind, listener, detail);
        const kept = this.#kept.get(kind) ?? [];
        // What comes while these are handed over waits behind them.
        while (kept.length > 0) guarded(kept.shift());
        this.#kept.delete(kind);
        return super.on(kind, guarded);
    }

    emit(kind, detail) {
        const kept = this.#kept.get(kind);
        if (!kept) return super.emit(kind, detail);
        kept.push(detail);
        if (kept.length > this.#limits[kind]) kept.shift();
    }

    #tell(kind, listener, detail) {
        const failed = (error) => {
            if (kind === 'error' || !this.isHeard('error')) console.error(error);
            if (kind !== 'error') this.emit('error', error);
        };
        try {
            listener(detail)?.then?.(undefined, failed);
        } catch (error) {
            failed(error);
        }
    }
}
