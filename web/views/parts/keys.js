// Filters the keys of the page: keys of an input method are ignored.

/**
 * True while a key belongs to the composition of a character: the Enter that takes a word of the list,
 * the Escape that leaves it, the arrows within it. Safari sends that Enter when the composition is over
 * already, and tells by the code alone.
 * @param {KeyboardEvent} event
 */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** Binds every key handler. @param {EventTarget} target @param {(event: KeyboardEvent) => void} listener */
export function onKey(target, listener) {
    target.addEventListener('keydown', (event) => {
        if (!isComposing(event)) listener(event);
    });
}
