// The live queue of a staff member: snapshots by id, kept by the hub's upserts and removals.

import { Emitter } from '../sdk/parts.js';
import { newerSnapshot } from './snapshot.js';

/** Emits `change`; `entered` with a new snapshot; `left` with `{id, why, by}`. */
export class Queue extends Emitter {
    /** @type {Map<string, object>} */
    snapshots = new Map();
    counts = {};
    hasMore = false;
    isLoaded = false;
    /** There is data to show, even if it is old. */
    isShown = false;
    #rev = 0;

    /** Applies the answer to `queue.join`: tickets that it does not list leave the queue. */
    reset(frame) {
        const snapshots = new Map();
        for (const snapshot of frame.tickets) {
            snapshots.set(snapshot.id, newerSnapshot(this.snapshots.get(snapshot.id), snapshot));
        }
        const entered = this.isLoaded
            ? [...snapshots.values()].filter(({ id }) => !this.snapshots.has(id))
            : [];
        this.snapshots = snapshots;
        this.counts = frame.counts ?? {};
        this.hasMore = frame.more === true;
        this.#rev = frame.rev;
        this.isLoaded = true;
        this.isShown = true;
        for (const snapshot of entered) this.emit('entered', snapshot);
        this.emit('change');
    }

    /** Shows the stored queue of an earlier visit until the hub answers. */
    show(snapshots) {
        this.snapshots = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
        this.isShown = true;
        this.emit('change');
    }

    /**
     * @returns {'applied'|'known'|'gap'} a gap is applied too, but the queue should be joined again
     */
    apply(frame) {
        if (!this.isLoaded || frame.rev <= this.#rev) return 'known';
        const isNext = frame.rev === this.#rev + 1;
        this.#rev = frame.rev;
        if (frame.op === 'upsert') this.#upsert(frame.ticket);
        else if (frame.op === 'remove') this.#remove(frame);
        this.emit('change');
        return isNext ? 'applied' : 'gap';
    }

    /**
     * Adds snapshots from other sources: pages of REST, or an open room. Only newer ones count.
     */
    merge(snapshots, { onlyKnown = false } = {}) {
        for (const snapshot of snapshots) {
            if (onlyKnown && !this.snapshots.has(snapshot.id)) continue;
            this.snapshots.set(snapshot.id, newerSnapshot(this.snapshots.get(snapshot.id), snapshot));
        }
        this.emit('change');
    }

    #upsert(snapshot) {
        const isNew = !this.snapshots.has(snapshot.id);
        this.snapshots.set(snapshot.id, newerSnapshot(this.snapshots.get(snapshot.id), snapshot));
        if (isNew) this.emit('entered', snapshot);
    }

    #remove({ id, why, by }) {
        if (this.snapshots.delete(id)) this.emit('left', { id, why, by });
    }
}
