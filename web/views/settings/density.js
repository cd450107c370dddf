// The row height of the queue, as chosen on this device.

const ROW_PX = { comfortable: 78, compact: 52 };
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
        return ROW_PX[this.element.dataset.density];
    }

    #set(density) {
        this.element.dataset.density = density in ROW_PX ? density : 'comfortable';
        this.button.setAttribute('aria-pressed', String(this.isCompact));
    }
}
