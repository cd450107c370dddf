// The row height of the queue, as chosen on this device.

/** In the size of the text, which people enlarge. */
const ROW_REM = { comfortable: 3.75, compact: 3 };
const NAME = 'guichet.density';

export class Density {
    /** @param {HTMLElement} element @param {HTMLButtonElement} button @param {() => void} onChange */
    constructor(element, button, onChange) {
        Object.assign(this, { element, button });
        this.#set(localStorage.getItem(NAME));
        button.addEventListener('click', () => {
            this.#set(this.isCompact ? 'comfortable' : 'compact');
            localStorage.setItem(NAME, element.dataset.density);
            onChange();
        });
    }

    get isCompact() {
        return this.element.dataset.density === 'compact';
    }

    get rowHeight() {
        return ROW_REM[this.element.dataset.density] * parseFloat(getComputedStyle(document.documentElement).fontSize);
    }

    #set(density) {
        this.element.dataset.density = density in ROW_REM ? density : 'comfortable';
        this.button.setAttribute('aria-pressed', String(this.isCompact));
    }
}
