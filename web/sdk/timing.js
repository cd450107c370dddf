// Time between a client and its hub: clock offset and send rate.

import { scheduleTimer } from './wire.js';

/** An estimate of the hub's clock: a laptop that is ten minutes wrong must not shift a deadline. */
export class ServerClock {
    /** Milliseconds to add to the local clock to get the hub's. */
    offsetMs = 0;
    rttMs = null;
    #bestRtt = Infinity;

    constructor(localNow = () => Date.now()) {
        this.localNow = localNow;
    }

    now() {
        return this.localNow() + this.offsetMs;
    }

    /** `hello` answers no request, so its travel time is unknown: a first estimate. */
    observeHello(time) {
        const server = Date.parse(time);
        if (Number.isNaN(server)) return;
        this.#bestRtt = Infinity;
        this.offsetMs = server - this.localNow();
    }

    observePong(time, sentAt) {
        const server = Date.parse(time);
        if (Number.isNaN(server)) return;
        const receivedAt = this.localNow();
        this.rttMs = Math.max(0, receivedAt - sentAt);
        // Samples age: a slower sample is accepted once it is not much worse than the best.
        if (this.rttMs > this.#bestRtt * 2 + 20) return;
        this.#bestRtt = Math.min(this.#bestRtt, this.rttMs);
        this.offsetMs = server - (sentAt + receivedAt) / 2;
    }
}

/**
 * A token bucket before the socket: a reconnect that rejoins fifty rooms must not exceed the hub's
 * own limit.
 */
export class Pacer {
    #tokens;
    #filledAt;
    #waiting = [];
    #cancel = null;

    /** @param {{burst?: number, perSecond?: number, now?: () => number, schedule?: Function}} options */
    constructor(
        { burst = 45, perSecond = 18, now = () => Date.now(), schedule = scheduleTimer } = {},
    ) {
        Object.assign(this, { burst, perSecond, now, schedule });
        this.#tokens = burst;
        this.#filledAt = now();
    }

    /** Runs `send` now, or in order once the rate allows it. */
    run(send) {
        this.#waiting.push(send);
        this.#drain();
    }

    /** Drops waiting sends: their connection is closed. */
    clear() {
        this.#waiting = [];
        this.#cancel?.();
        this.#cancel = null;
    }

    #drain() {
        const now = this.now();
        const filled = this.#tokens + ((now - this.#filledAt) / 1000) * this.perSecond;
        this.#tokens = Math.min(this.burst, filled);
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
