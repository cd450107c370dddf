// Tells others that the person is typing: at most every three seconds, and once more at the end.

import { scheduleTimer } from '../sdk/parts.js';

const REPEAT_MS = 3000;
const IDLE_MS = 5000;

export class TypingSignal {
    #toldAt = -Infinity;
    #isOn = false;
    #cancelIdle = null;

    /** @param {{tell: (on: boolean) => void, now?: () => number, schedule?: Function}} options */
    constructor({ tell, now = () => Date.now(), schedule = scheduleTimer }) {
        Object.assign(this, { tell, now, schedule });
    }

    /** A key was pressed. */
    touch() {
        this.#cancelIdle?.();
        this.#cancelIdle = this.schedule(() => this.stop(), IDLE_MS);
        if (this.#isOn && this.now() - this.#toldAt < REPEAT_MS) return;
        this.#isOn = true;
        this.#toldAt = this.now();
        this.tell(true);
    }

    /** Sent, emptied, left, or idle. */
    stop() {
        this.#cancelIdle?.();
        if (!this.#isOn) return;
        this.#isOn = false;
        this.#toldAt = -Infinity;
        this.tell(false);
    }
}
