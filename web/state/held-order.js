// The order of a list in use: rows keep their places, and pending moves are counted until they are
// applied.

export class HeldOrder {
    #shown = [];

    /**
     * @param {string[]} wanted ids in the order of the data
     * @param {boolean} isHeld
     * @returns {{ids: string[], changes: number, gone: Set<string>}} `gone`: removed, but still
     *     shown
     */
    apply(wanted, isHeld) {
        if (!isHeld || this.#shown.length === 0) {
            this.#shown = wanted;
            return { ids: wanted, changes: 0, gone: new Set() };
        }
        const isWanted = new Set(wanted);
        const isShown = new Set(this.#shown);
        const gone = new Set(this.#shown.filter((id) => !isWanted.has(id)));
        const common = wanted.filter((id) => isShown.has(id));
        const entered = wanted.length - common.length;
        return { ids: this.#shown, changes: gone.size + entered + this.#moved(common), gone };
    }

    /** Appends further rows of the same list. @param {string[]} ids */
    append(ids) {
        const isShown = new Set(this.#shown);
        this.#shown = [...this.#shown, ...ids.filter((id) => !isShown.has(id))];
    }

    /** The least number of rows that must move: all except the longest ordered run. */
    #moved(common) {
        const place = new Map(this.#shown.map((id, index) => [id, index]));
        const tails = [];
        for (const id of common) {
            const at = place.get(id);
            let [low, high] = [0, tails.length];
            while (low < high) {
                const middle = (low + high) >> 1;
                if (tails[middle] < at) low = middle + 1;
                else high = middle;
            }
            tails[low] = at;
        }
        return common.length - tails.length;
    }
}
