// A client's own tickets: snapshots from REST, kept live by the events of their rooms, with unread
// counts.

import { Emitter } from '../sdk/parts.js';
import { foldHead, newerHead } from './head.js';
import { byActivity } from './urgency.js';

const GROUPS = ['waiting', 'active', 'resolved', 'closed'];

/** Emits `change`; `entered` with a snapshot that appeared after the first load. */
export class TicketList extends Emitter {
    /** @type {Map<string, object>} */
    heads = new Map();
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
     * @param {object[]} heads
     * @param {{isComplete?: boolean, asOf?: number}} options `isComplete`: tickets that the answer does not
     *     list are removed; `asOf`: the value of `puts` when the request began: what was put later stays,
     *     because the answer may be older
     */
    load(heads, { isComplete = true, asOf = this.puts } = {}) {
        const entered = this.isLoaded ? heads.filter(({ id }) => !this.heads.has(id)) : [];
        const isNewer = ([id]) => (this.#putAt.get(id) ?? 0) > asOf;
        const next = isComplete ? new Map([...this.heads].filter(isNewer)) : this.heads;
        for (const head of heads) next.set(head.id, newerHead(this.heads.get(head.id), head));
        this.heads = next;
        this.isLoaded = true;
        for (const head of entered) this.emit('entered', head);
        this.emit('change');
    }

    /** One snapshot, from a creation or a join. */
    put(head) {
        this.#putAt.set(head.id, (this.puts += 1));
        this.heads.set(head.id, newerHead(this.heads.get(head.id), head));
        this.emit('change');
    }

    applyEvent(event) {
        const head = this.heads.get(event.ticket);
        if (!head) return;
        this.heads.set(event.ticket, foldHead(head, event));
        this.emit('change');
    }

    remove(id) {
        if (this.heads.delete(id)) this.emit('change');
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
        const beyond = [...this.#news].filter((id) => !this.heads.has(id)).length;
        return beyond + [...this.heads.values()].filter((head) => this.isUnread(head)).length;
    }

    /**
     * @param {{project?: string|null, keep?: (head: object) => boolean, held?: object|null, heads?:
     *     Iterable<object>}} options `held`: a snapshot as it was when its row got the focus; it
     *     keeps its place
     * @returns {Array<{name: string, heads: object[]}>} in the order of the list, without empty
     *     ones
     */
    groups({ project = null, keep = () => true, held = null, heads = this.heads.values() } = {}) {
        const groups = new Map(GROUPS.map((name) => [name, []]));
        const placed = (head) => (head.id === held?.id ? held : head);
        for (const head of heads) {
            const isKept = head.id === held?.id || keep(head);
            if ((project === null || head.project === project) && isKept) {
                groups.get(groupOf(placed(head))).push(head);
            }
        }
        return [...groups].map(([name, inGroup]) => ({
            name, heads: inGroup.sort((a, b) => byActivity(placed(a), placed(b))),
        })).filter((group) => group.heads.length > 0);
    }
}

const groupOf = ({ status }) =>
    (['waiting', 'resolved', 'closed'].includes(status) ? status : 'active');
