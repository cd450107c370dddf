// A client's own tickets: snapshots from REST, kept live by the events of their rooms, with unread
// counts.

import { Emitter } from '../sdk/parts.js';
import { foldSnapshot } from '../sdk/ticket-head.js';
import { newerSnapshot } from './snapshot.js';
import { byActivity } from './urgency.js';

const GROUPS = ['waiting', 'active', 'resolved', 'closed'];

/** Emits `change`; `entered` with a snapshot that appeared after the first load. */
export class TicketList extends Emitter {
    /** @type {Map<string, object>} */
    snapshots = new Map();
    isLoaded = false;
    /** How many snapshots were put, to tell what is newer than a REST answer. */
    puts = 0;
    #putAt = new Map();
    #reads = new Map();
    #news = new Set();

    constructor(me) {
        super();
        this.me = me;
    }

    /**
     * Applies a REST answer.
     * @param {object[]} snapshots
     * @param {{isComplete?: boolean, asOf?: number}} options `isComplete`: tickets that the answer does not
     *     list are removed; `asOf`: the value of `puts` when the request began: what was put later stays,
     *     because the answer may be older
     */
    load(snapshots, { isComplete = true, asOf = this.puts } = {}) {
        const entered = this.isLoaded ? snapshots.filter(({ id }) => !this.snapshots.has(id)) : [];
        const isNewer = ([id]) => (this.#putAt.get(id) ?? 0) > asOf;
        const next = isComplete ? new Map([...this.snapshots].filter(isNewer)) : this.snapshots;
        for (const snapshot of snapshots) {
            next.set(snapshot.id, newerSnapshot(this.snapshots.get(snapshot.id), snapshot));
        }
        this.snapshots = next;
        this.isLoaded = true;
        for (const snapshot of entered) this.emit('entered', snapshot);
        this.emit('change');
    }

    /** One snapshot, from a creation or a join. */
    put(snapshot) {
        this.#putAt.set(snapshot.id, (this.puts += 1));
        this.snapshots.set(snapshot.id, newerSnapshot(this.snapshots.get(snapshot.id), snapshot));
        this.emit('change');
    }

    applyEvent(event) {
        const snapshot = this.snapshots.get(event.ticket);
        if (!snapshot) return;
        this.snapshots.set(event.ticket, foldSnapshot(snapshot, event));
        this.emit('change');
    }

    remove(id) {
        if (this.snapshots.delete(id)) this.emit('change');
    }

    setRead(id, seq) {
        this.#reads.set(id, Math.max(seq, this.#reads.get(id) ?? 0));
        this.emit('change');
    }

    /** Ids of tickets with unread messages as reported by the hub, also of tickets that are not loaded. */
    setNews(ids) {
        this.#news = new Set(ids);
        this.emit('change');
    }

    /** A message by staff that is newer than the person's own read mark. */
    isUnread({ id, lastMessage }) {
        if (!lastMessage || lastMessage.authorRole === 'client') return false;
        const read = this.#reads.get(id);
        return read === undefined ? this.#news.has(id) : lastMessage.seq > read;
    }

    /** How many tickets have unread messages, loaded or not. */
    get unread() {
        const beyond = [...this.#news].filter((id) => !this.snapshots.has(id)).length;
        return beyond + [...this.snapshots.values()].filter((snapshot) => this.isUnread(snapshot)).length;
    }

    /**
     * @param {{project?: string|null, keep?: (snapshot: object) => boolean, held?: object|null, snapshots?:
     *     Iterable<object>}} options `held`: a snapshot as it was when its row got the focus; it
     *     keeps its place
     * @returns {Array<{name: string, snapshots: object[]}>} in the order of the list, without empty
     *     ones
     */
    groups({ project = null, keep = () => true, held = null, snapshots = this.snapshots.values() } = {}) {
        const groups = new Map(GROUPS.map((name) => [name, []]));
        const placed = (snapshot) => (snapshot.id === held?.id ? held : snapshot);
        for (const snapshot of snapshots) {
            const isKept = snapshot.id === held?.id || keep(snapshot);
            if ((project === null || snapshot.project === project) && isKept) {
                groups.get(groupOf(placed(snapshot))).push(snapshot);
            }
        }
        return [...groups].map(([name, inGroup]) => ({
            name, snapshots: inGroup.sort((a, b) => byActivity(placed(a), placed(b))),
        })).filter((group) => group.snapshots.length > 0);
    }
}

const groupOf = ({ status }) =>
    (['waiting', 'resolved', 'closed'].includes(status) ? status : 'active');
