// The last tickets of a list, kept on the device for a page without a network.

const KEPT = 20;

export class OfflineTickets {
    #isCleared = false;

    constructor(storage, me, kept = KEPT) {
        Object.assign(this, { storage, kept });
        this.name = `guichet.tickets.${me}`;
    }

    /** @param {object[]} snapshots @param {number} at the hub's clock */
    save(snapshots, at) {
        if (this.#isCleared) return;
        const newest = Array.from(snapshots).sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)).slice(0, this.kept);
        try {
            this.storage.setItem(this.name, JSON.stringify({ at, heads: newest }));
        } catch {
            // A full storage keeps its old content.
        }
    }

    /** @returns {{at: number, snapshots: object[]}|null} */
    read() {
        try {
            const kept = JSON.parse(this.storage.getItem(this.name) ?? 'null');
            return Array.isArray(kept?.heads) ? { at: kept.at, snapshots: kept.heads } : null;
        } catch {
            return null;
        }
    }

    /** At sign-out: deletes the tickets; none are saved from then on. */
    clear() {
        this.#isCleared = true;
        this.storage.removeItem(this.name);
    }
}
