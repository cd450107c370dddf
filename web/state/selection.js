// The selected rows: one by one, or a range from the last selected one.

export class Selection {
    ids = new Set();
    /** Selected tickets that the list has not loaded, by id. */
    beyond = new Map();
    #anchor = null;

    get size() {
        return this.ids.size;
    }

    has = (id) => this.ids.has(id);

    toggle(id) {
        if (!this.ids.delete(id)) this.ids.add(id);
        this.#anchor = id;
    }

    /** From the anchor to this row, in the order of the list. */
    extend(id, order) {
        const from = order.indexOf(this.#anchor ?? id);
        const to = order.indexOf(id);
        if (from === -1 || to === -1) return this.toggle(id);
        for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) this.ids.add(each);
    }

    all(order) {
        this.ids = new Set(order);
    }

    /** Selects collected tickets, loaded or not. */
    allOf(snapshots) {
        this.beyond = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
        this.ids = new Set(this.beyond.keys());
    }

    clear() {
        this.ids.clear();
        this.beyond.clear();
        this.#anchor = null;
    }

    /** Deselects tickets that are no longer in the list. */
    keep(order) {
        const known = new Set(order);
        for (const id of this.ids) if (!known.has(id) && !this.beyond.has(id)) this.ids.delete(id);
    }
}
