// Holds a list still while a pointer rests on it, but not when it only crosses.

const RESTS_MS = 300;
/** A pointer that was left on the list must not hold it without limit. */
const FORGOTTEN_MS = 15_000;

export class HoverHold {
    isHeld = false;
    #timer = null;

    /** @param {Element} element @param {() => void} onRelease */
    constructor(element, onRelease) {
        this.onRelease = onRelease;
        element.addEventListener('pointermove', ({ pointerType }) => {
            if (pointerType === 'mouse') this.#moved();
        }, { passive: true });
        element.addEventListener('pointerleave', () => this.release());
    }

    release() {
        clearTimeout(this.#timer);
        this.#timer = null;
        if (!this.isHeld) return;
        this.isHeld = false;
        this.onRelease();
    }

    #moved() {
        if (!this.isHeld && this.#timer) return;
        clearTimeout(this.#timer);
        this.#timer = this.isHeld
            ? setTimeout(() => this.release(), FORGOTTEN_MS)
            : setTimeout(() => this.#hold(), RESTS_MS);
    }

    #hold() {
        this.isHeld = true;
        this.#timer = setTimeout(() => this.release(), FORGOTTEN_MS);
    }
}
