// Events without a listener yet: kept for the first listener of their kind. A caller that starts to
// listen after an answer still gets the events that came with it.

import { Emitter } from './wire.js';

/**
 * An event source that delivers earlier events to the first listener of a kind, within `on`. An
 * error of a listener, thrown or as a rejected promise, becomes an `error` event and does not
 * affect other listeners; without a listener for `error` it also goes to the console.
 */
export class KeptEvents extends Emitter {
    /** Kind → kept events. After the first listener a kind is no longer kept. */
    #kept = new Map();
    #limits;

    /** @param {Object<string, number>} limits kind → how many of the newest are kept */
    constructor(limits) {
        super();
        this.#limits = limits;
        for (const kind of Object.keys(limits)) this.#kept.set(kind, []);
    }

    /** @returns {boolean} whether the kept events of this kind have reached their limit */
    isFull(kind) {
        return (this.#kept.get(kind)?.length ?? -1) >= this.#limits[kind];
    }

    /** @returns {boolean} whether this kind has or had a listener */
    isHeard(kind) {
        return !this.#kept.has(kind);
    }

    on(kind, listener) {
        const guarded = (detail) => this.#tell(kind, listener, detail);
        const kept = this.#kept.get(kind) ?? [];
        // Events that arrive during the delivery are queued behind.
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
