// The live queue of a staff member: snapshots by id, kept by the hub's upserts and removals.

import { Emitter } from '../sdk/parts.js';
import { newerHead } from './head.js';

/** Emits `change`; `entered` with a new snapshot; `left` with `{id, why, by}`. */
export class Queue extends Emitter {
    /** @type {Map<string, object>} */
    heads = new Map();
    counts = {};
    hasMore = false;
    isLoaded = false;
    /** There is data to show, even if it is old. */
    isShown = false;
    #rev = 0;

    /** Applies the answer to `queue.join`: tickets that it does not list leave the queue. */
    reset(frame) {
        const heads = new Map();
        for (const head of frame.tickets) {
            heads.set(head.id, newerHead(this.heads.get(head.id), head));
        }
        const entered = this.isLoaded
            ? [...heads.values()].filter(({ id }) => !this.heads.has(id))
            : [];
        this.heads = heads;
        this.counts = frame.counts ?? {};
        this.hasMore = frame.more === true;
        this.#rev = frame.rev;
        this.isLoaded = true;
        this.isShown = true;
        for (const head of entered) this.emit('entered', head);
        this.emit('change');
    }

    /** Shows the stored queue of an earlier visit until the hub answers. */
    show(heads) {
        this.heads = new Map(heads.map((head) => [head.id, head]));
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
    merge(heads, { onlyKnown = false } = {}) {
        for (const head of heads) {
            if (onlyKnown && !this.heads.has(head.id)) continue;
            this.heads.set(head.id, newerHead(this.heads.get(head.id), head));
        }
        this.emit('change');
    }

    #upsert(head) {
        const isNew = !this.heads.has(head.id);
        this.heads.set(head.id, newerHead(this.heads.get(head.id), head));
        if (isNew) this.emit('entered', head);
    }

    #remove({ id, why, by }) {
        if (this.heads.delete(id)) this.emit('left', { id, why, by });
    }
}
