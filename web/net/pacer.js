// A token bucket in front of the socket: a reconnect that rejoins fifty rooms must not hit the
// hub's own limit.

export class Pacer {
    #tokens;
    #filledAt;
    #waiting = [];
    #cancel = null;

    /**
     * @param {{burst?: number, perSecond?: number, now?: () => number, schedule?: Function}}
     *     options
     */
    constructor(
        { burst = 45, perSecond = 18, now = () => Date.now(), schedule = scheduleTimer } = {},
    ) {
        Object.assign(this, { burst, perSecond, now, schedule });
        this.#tokens = burst;
        this.#filledAt = now();
    }

    /** Runs `send` now, or in its turn. */
    run(send) {
        this.#waiting.push(send);
        this.#drain();
    }

    /** Forgets what still waits: its connection is gone. */
    clear() {
        this.#waiting = [];
        this.#cancel?.();
        this.#cancel = null;
    }

    #drain() {
        const now = this.now();
        this.#tokens = Math.min(
            this.burst,
            this.#tokens + ((now - this.#filledAt) / 1000) * this.perSecond,
        );
        this.#filledAt = now;
        while (this.#waiting.length > 0 && this.#tokens >= 1) {
            this.#tokens -= 1;
            this.#waiting.shift()();
        }
        if (this.#waiting.length === 0 || this.#cancel) return;
        this.#cancel = this.schedule(() => {
            this.#cancel = null;
            this.#drain();
        }, 1000 / this.perSecond);
    }
}

/**
 * The timers that every part takes as a default. A bare `setTimeout` would not do: called as a
 * method it throws.
 * @returns {() => void} cancels
 */
export function scheduleTimer(action, delayMs) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
}
