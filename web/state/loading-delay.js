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

    /** The wait begins; once is enough. */
    begin() {
        if (this.#cancel || this.#shownAt !== null) return;
        this.#cancel = this.schedule(() => {
            this.#cancel = null;
            this.#shownAt = this.now();
            this.show();
        }, AFTER_MS);
    }

    /**
     * The wait is over: true when there is nothing to wait for any more. Else `later` is called
     * once that is so.
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

    /** Nobody waits any more, for whatever reason. */
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
