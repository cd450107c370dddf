// When a placeholder is shown: not for a short wait, and then long enough not to flicker.

import { scheduleTimer } from '../sdk/parts.js';

const AFTER_MS = 150;
const LEAST_MS = 300;

export class LoadingDelay {
    #shownAt = null;
    #cancel = null;
    #waiting = null;

    /**
     * @param {() => void} show
     * @param {{now?: () => number, schedule?: (action: () => void, ms: number) => () => void}} clock
     */
    constructor(show, { now = () => performance.now(), schedule = scheduleTimer } = {}) {
        Object.assign(this, { show, now, schedule });
    }

    /** Starts the wait; repeated calls have no effect. */
    begin() {
        if (this.#cancel || this.#shownAt !== null) return;
        this.#cancel = this.schedule(() => {
            this.#cancel = null;
            this.#shownAt = this.now();
            this.show();
        }, AFTER_MS);
    }

    /**
     * Ends the wait. True when the placeholder may go now; else `later` is called when it may.
     */
    isOver(later) {
        if (this.#shownAt === null) {
            this.#cancel?.();
            this.#cancel = null;
            return true;
        }
        const left = this.#shownAt + LEAST_MS - this.now();
        if (left <= 0) {
            this.reset();
            return true;
        }
        const isFirst = this.#waiting === null;
        this.#waiting = later;
        if (isFirst) this.#cancel = this.schedule(() => this.#end(), left);
        return false;
    }

    /** Cancels the wait. */
    reset() {
        this.#cancel?.();
        this.#cancel = this.#shownAt = this.#waiting = null;
    }

    #end() {
        const later = this.#waiting;
        this.reset();
        later();
    }
}
