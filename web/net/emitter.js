// The smallest event source: who wants to know says so, and gets a function that stops it.

export class Emitter {
    #listeners = new Map();

    /**
     * @param {string} type
     * @param {(detail: any) => void} listener
     * @returns {() => void} stops listening
     */
    on(type, listener) {
        const listeners = this.#listeners.get(type) ?? new Set();
        this.#listeners.set(type, listeners.add(listener));
        return () => listeners.delete(listener);
    }

    emit(type, detail) {
        // A copy: a listener may stop itself, or start another, while it is being told.
        for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(detail);
    }
}
