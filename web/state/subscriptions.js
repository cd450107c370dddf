// The subscriptions of this page: rooms and the queue. Joins, rejoins after a drop, and fetches
// missed events.

import { Emitter, scheduleTimer } from '../sdk/parts.js';
import { Room } from './room.js';

const REJOIN_QUEUE_AFTER_MS = 800;

/**
 * Emits `event` (an event that was applied, with its room), `room` (joined), `removed`,
 * `catchingUp`.
 */
export class Subscriptions extends Emitter {
    /** Rooms by ticket id; `users` counts the views that hold one. */
    #rooms = new Map();
    #queue = null;
    #queueFrame = null;
    #isRejoiningQueue = false;

    /**
     * @param {import('../sdk/parts.js').Connection} connection
     * @param {(action: () => void, ms: number) => void} schedule
     */
    constructor(connection, { schedule = scheduleTimer } = {}) {
        super();
        this.connection = connection;
        this.schedule = schedule;
        connection.on('hello', () => this.#resume());
        connection.on('event', (event) => this.#receive(event));
        connection.on('behind', ({ ticket }) => this.#catchUp(ticket));
        connection.on('presence', ({ ticket, present }) => this.room(ticket)?.setPresent(present));
        connection.on('read', ({ ticket, by, seq }) => this.room(ticket)?.setRead(by, seq));
        connection.on('typing', (frame) => this.room(frame.ticket)?.setTyping(frame));
        connection.on('removed', ({ ticket }) => this.#removed(ticket));
        connection.on('queue.event', (frame) => this.#receiveQueue(frame));
        // Another tab of the same connection has joined the queue; its answer applies to all.
        connection.on('queue', (frame) => this.#queue?.reset(frame));
    }

    /** @returns {Room | undefined} */
    room(id) {
        return this.#rooms.get(id)?.room;
    }

    /** @returns {Room[]} */
    rooms() {
        return [...this.#rooms.values()].map(({ room }) => room);
    }

    /**
     * Holds a room. Joins it for the first holder, or when `limit` asks for more of its past than
     * is loaded.
     * @returns {Room}
     */
    open(id, limit = 50) {
        const entry = this.#rooms.get(id) ?? {
            room: new Room(id),
            users: 0,
            limit: 0,
            wantsAfresh: false,
            isJoining: false,
        };
        this.#rooms.set(id, entry);
        entry.users += 1;
        const needsMore = limit > entry.limit;
        entry.limit = Math.max(entry.limit, limit);
        entry.wantsAfresh ||= needsMore;
        if (needsMore && this.connection.isLive) this.#join(entry);
        return entry.room;
    }

    close(id) {
        const entry = this.#rooms.get(id);
        if (!entry || --entry.users > 0) return;
        this.#rooms.delete(id);
        if (this.connection.isLive) {
            this.connection.command({ type: 'leave', ticket: id }).catch(() => {});
        }
    }

    /** Follows the queue through `queue`, a state/queue.js fold. */
    openQueue(queue, frame) {
        this.#queue = queue;
        this.#queueFrame = frame;
        if (this.connection.isLive) this.#joinQueue();
    }

    #resume() {
        if (this.#queue) this.#joinQueue();
        for (const entry of this.#rooms.values()) this.#join(entry);
    }

    async #join(entry) {
        if (entry.isJoining) return void (entry.joinAgain = true);
        const { room } = entry;
        const after = room.isLoaded && !entry.wantsAfresh ? room.newest : undefined;
        Object.assign(entry, { isJoining: true, wantsAfresh: false });
        try {
            const frame = {
                type: 'join',
                ticket: room.id,
                ...(after === undefined ? { limit: entry.limit } : { after }),
            };
            const joined = await this.connection.command(frame);
            if (after !== undefined) this.emit('catchingUp', joined.events.length);
            const applied = room.applyJoined(joined, after);
            if (after !== undefined) {
                for (const event of applied) this.emit('event', { event, room, isReplay: true });
            }
            this.emit('room', room);
            if (after !== undefined && joined.more) entry.joinAgain = true;
        } catch (error) {
            if (error.code === 'rate_limited') {
                this.schedule(() => this.#join(entry), 1000 * (error.frame.retryAfter ?? 1));
            }
            else if (error.isGone) room.setMissing();
            else if (error.code !== 'disconnected') room.setProblem(error);
        } finally {
            entry.isJoining = false;
        }
        if (!entry.joinAgain) return;
        entry.joinAgain = false;
        if (this.connection.isLive) this.#join(entry);
    }

    #receive(event) {
        const entry = this.#rooms.get(event.ticket);
        if (!entry || !entry.room.isLoaded) return;
        const outcome = entry.room.applyEvent(event);
        if (outcome === 'applied') this.emit('event', { event, room: entry.room, isReplay: false });
        if (outcome === 'gap') this.#catchUp(event.ticket);
    }

    /** Asks again, after a failure. */
    again(id) {
        if (this.connection.isLive) this.#catchUp(id);
    }

    #catchUp(id) {
        const entry = this.#rooms.get(id);
        if (entry) this.#join(entry);
    }

    #removed(id) {
        const entry = this.#rooms.get(id);
        this.#rooms.delete(id);
        entry?.room.setRemoved();
        this.emit('removed', id);
    }

    async #joinQueue() {
        try {
            this.#queue.reset(
                await this.connection.command({ type: 'queue.join', ...this.#queueFrame }),
            );
        } catch (error) {
            if (error.code !== 'disconnected') this.#rejoinQueueLater();
        }
    }

    #receiveQueue(frame) {
        if (this.#queue?.apply(frame) === 'gap') this.#rejoinQueueLater();
    }

    #rejoinQueueLater() {
        if (this.#isRejoiningQueue) return;
        this.#isRejoiningQueue = true;
        this.schedule(() => {
            this.#isRejoiningQueue = false;
            if (this.connection.isLive) this.#joinQueue();
        }, REJOIN_QUEUE_AFTER_MS);
    }
}
