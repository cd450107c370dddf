// Messages to screen readers: two live regions, present and empty at load, filled one sentence at a
// time.

const PAUSE_MS = 2000;

export class Announcer {
    #queue = [];
    #isBusy = false;
    #merged = new Map();

    constructor(
        polite = document.querySelector('#live-polite'),
        alert = document.querySelector('#live-alert'),
    ) {
        Object.assign(this, { polite, alert });
        for (const region of [polite, alert]) region.dir = 'auto';
    }

    say(text) {
        if (this.#queue.at(-1) !== text) this.#queue.push(text);
        this.#next();
    }

    /** Merges waiting sentences of one kind: "3 new tickets". */
    count(kind, word) {
        this.#merged.set(kind, { n: (this.#merged.get(kind)?.n ?? 0) + 1, word });
        this.#next();
    }

    warn(text) {
        this.alert.textContent = text;
    }

    #next() {
        if (this.#isBusy) return;
        const [kind, merged] = this.#merged.entries().next().value ?? [];
        this.#merged.delete(kind);
        const text = this.#queue.shift() ?? merged?.word(merged.n);
        if (merged && text !== merged.word(merged.n)) this.#merged.set(kind, merged);
        if (text === undefined) return;
        this.#isBusy = true;
        this.polite.textContent = text;
        setTimeout(() => {
            this.#isBusy = false;
            this.#next();
        }, PAUSE_MS);
    }
}
