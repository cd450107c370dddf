// One WebSocket to the hub: commands and their answers, reconnection, heartbeats. Rooms and the
// outbox are in other modules.

import { Pacer, ServerClock } from './timing.js';
import {
    CLOSE_SIGNED_OUT,
    CommandError,
    decodeFrame,
    Emitter,
    retryDelayMs,
    scheduleTimer,
    subprotocols,
} from './wire.js';

const PING_EVERY_MS = 15_000;
const SILENCE_MAX_MS = 30_000;
const ANSWER_WITHIN_MS = 15_000;
const OFFLINE_AFTER_MS = 30_000;

/**
 * One WebSocket to the hub, kept alive: commands and their answers, reconnection, heartbeats.
 * Emits `status` on a change of state, and every pushed frame under its own type
 * (`hello`, `event`, `presence`, `queue.event`, …).
 * States: `idle`, `connecting`, `live`, `offline`, `signed-out`.
 */
export class Connection extends Emitter {
    status = 'idle';
    hello = null;
    lastFrameAt = 0;
    /** Sockets in a row that closed before the hub greeted. */
    refusals = 0;
    /** The hub's reason for ending the session: `{code, message}`. */
    refusal = null;
    #socket = null;
    #pending = new Map();
    #isAnswering = false;
    /** Frames that arrived together with an answer, after it. */
    #later = [];
    #nextID = 1;
    #attempt = 0;
    #downSince = null;
    #reconnectInMs = null;
    #cancelRetry = null;
    #cancelPing = null;

    /**
     * @param {object} options
     * @param {string} options.url
     * @param {string} options.token
     * @param {ServerClock} [options.clock]
     * @param {() => Promise<boolean|object>} [options.isRefused] asks over HTTP whether the token
     *     is refused, which a failed upgrade hides from the page; may answer with the reason
     * @param {(url: string, protocols: string[]) => WebSocket} [options.openSocket] makes a socket
     *     of `ws` or another implementation if there is no global WebSocket
     */
    constructor({
        url, token, clock = new ServerClock(), isRefused, openSocket,
        schedule = scheduleTimer, random = Math.random,
    }) {
        super();
        Object.assign(this, { url, token, clock, isRefused, schedule, random });
        this.openSocket = openSocket ?? ((address, protocols) => new WebSocket(address, protocols));
        this.pacer = new Pacer({ now: clock.localNow, schedule });
    }

    get isLive() {
        return this.status === 'live';
    }

    open() {
        if (this.#socket || this.status === 'signed-out') return;
        this.#cancelRetry?.();
        this.#cancelRetry = null;
        this.#downSince ??= this.clock.localNow();
        if (this.status !== 'offline') this.#setStatus('connecting');
        const socket = this.openSocket(this.url, subprotocols(this.token), this);
        this.#socket = socket;
        socket.onmessage = ({ data }) => this.#inTurn(socket, () => this.#receive(data));
        const lost = ({ code, reason }) => this.#inTurn(socket, () => this.#lost(code, reason));
        socket.onclose = lost;
        // In a browser a close follows and is handled instead. In Node 20 none follows after a
        // refused connection.
        socket.onerror = () => this.schedule(() => lost({ code: 1006 }), 1000);
    }

    /**
     * Browsers deliver each frame in a separate turn, so that a caller waiting for an answer gets
     * the frames after it. Node and `ws` deliver frames that arrived together in one turn.
     */
    #inTurn(socket, action) {
        if (this.#socket !== socket) return;
        if (!this.#isAnswering && this.#later.length === 0) return void action();
        this.#later.push(() => this.#socket === socket && action());
        if (this.#later.length === 1) setTimeout(() => this.#goOn());
    }

    #goOn() {
        while (this.#later.length > 0 && !this.#isAnswering) this.#later.shift()();
        if (this.#later.length > 0) setTimeout(() => this.#goOn());
    }

    /** Closes for good; `open` starts again. */
    close() {
        const socket = this.#socket;
        if (socket) this.#lost(1000);
        this.#cancelRetry?.();
        this.#setStatus('idle');
        socket?.close();
    }

    /** The network or the tab is back: reconnects without waiting for the next attempt. */
    wake() {
        if (this.status === 'signed-out' || this.status === 'idle') return;
        if (!this.#socket) {
            this.#attempt = 0;
            this.open();
        } else if (this.isLive && this.clock.localNow() - this.lastFrameAt > 5000) {
            this.#ping(3000);
        }
    }

    /** The browser reports that there is no network. */
    networkLost() {
        if (this.status === 'signed-out' || this.status === 'idle') return;
        this.#setStatus('offline');
        this.#abandon();
    }

    /**
     * Sends one command and waits for its answer.
     * @param {object} frame without `id`
     * @returns {Promise<object>} the answer; rejects with a CommandError
     */
    command(frame, { within = ANSWER_WITHIN_MS } = {}) {
        if (!this.isLive) return Promise.reject(new CommandError({ code: 'disconnected' }));
        const id = String(this.#nextID++);
        return new Promise((resolve, reject) => {
            const cancel = this.schedule(() => {
                this.#pending.delete(id);
                reject(new CommandError({ code: 'timeout' }));
            }, within);
            this.#pending.set(id, { resolve, reject, cancel });
            this.pacer.run(() => this.#write({ ...frame, id }));
        });
    }

    /** A frame without an answer (`typing`, `read`, `view`); lost without a connection. */
    tell(frame) {
        if (this.isLive) this.pacer.run(() => this.#write(frame));
    }

    /** Sets a newer token of the same person; the socket stays. A refused token is not kept. */
    async authenticate(token) {
        const before = this.token;
        this.token = token;
        if (this.isLive) {
            return void (await this.command({ type: 'auth', token }).catch((error) => {
                if (!error.isTransient && this.token === token) this.token = before;
                throw error;
            }));
        }
        if (this.status !== 'signed-out') return this.wake();
        // A session that ended with the old token starts again with this one.
        this.status = 'idle';
        this.#attempt = 0;
        this.#downSince = null;
        this.open();
    }

    #write(frame) {
        if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
    }

    #receive(data) {
        const frame = typeof data === 'string' ? decodeFrame(data) : null;
        if (!frame) return;
        this.lastFrameAt = this.clock.localNow();
        const asked = frame.re === undefined ? undefined : this.#pending.get(String(frame.re));
        if (asked) {
            this.#pending.delete(String(frame.re));
            asked.cancel();
            this.#isAnswering = true;
            queueMicrotask(() => { this.#isAnswering = false; });
            if (frame.type === 'error') asked.reject(new CommandError(frame));
            else asked.resolve(frame);
            return;
        }
        if (frame.type === 'hello') this.#greeted(frame);
        if (frame.type === 'drain') this.#reconnectInMs = Number(frame.reconnectIn) || 0;
        this.emit(frame.type, frame);
    }

    #greeted(frame) {
        this.hello = frame;
        this.clock.observeHello(frame.time);
        this.#attempt = 0;
        this.refusals = 0;
        this.#downSince = null;
        this.#reconnectInMs = null;
        this.#setStatus('live');
        this.#ping();
    }

    #ping(within = ANSWER_WITHIN_MS) {
        this.#cancelPing?.();
        const sentAt = this.clock.localNow();
        this.command({ type: 'ping' }, { within }).then(
            (pong) => {
                this.clock.observePong(pong.time, sentAt);
                this.emit('pong', pong);
            },
            (error) => {
                const silence = this.clock.localNow() - this.lastFrameAt;
                if (error.code === 'timeout' && silence >= within) this.#abandon();
            },
        );
        this.#cancelPing = this.schedule(() => {
            if (this.clock.localNow() - this.lastFrameAt > SILENCE_MAX_MS) this.#abandon();
            else if (this.isLive) this.#ping();
        }, PING_EVERY_MS);
    }

    /** Closes a silent socket, even if the system reports it as open. */
    #abandon() {
        const socket = this.#socket;
        if (!socket) return;
        this.#lost(1006);
        socket.close();
    }

    #lost(code, reason) {
        const wasGreeted = this.isLive;
        this.#socket = null;
        this.#cancelPing?.();
        this.pacer.clear();
        this.#downSince ??= this.clock.localNow();
        if (code === CLOSE_SIGNED_OUT) this.#signOut({ message: reason });
        else if (this.status !== 'offline') this.#setStatus('connecting');
        const lost = [...this.#pending.values()];
        this.#pending.clear();
        for (const { reject, cancel } of lost) {
            cancel();
            reject(new CommandError({ code: 'disconnected' }));
        }
        if (this.status === 'signed-out') return;
        if (!wasGreeted) {
            this.refusals += 1;
            this.#askWhetherRefused();
        }
        this.#retryLater();
    }

    #retryLater() {
        if (this.clock.localNow() - this.#downSince >= OFFLINE_AFTER_MS) this.#setStatus('offline');
        const delay = this.#reconnectInMs ?? retryDelayMs(this.#attempt++, this.random);
        this.#reconnectInMs = null;
        this.#cancelRetry?.();
        this.#cancelRetry = this.schedule(() => this.open(), delay);
    }

    async #askWhetherRefused() {
        const { token } = this;
        const refusal = await this.isRefused?.();
        // Meanwhile the token may have been renewed or accepted, or the connection closed.
        if (!refusal || token !== this.token || this.isLive || this.status === 'idle') return;
        this.#cancelRetry?.();
        this.#socket = null;
        this.#signOut(refusal);
    }

    #signOut({ message }) {
        this.refusal = { code: 'unauthorized', ...(message ? { message } : {}) };
        this.#setStatus('signed-out');
    }

    #setStatus(status) {
        if (status === this.status) return;
        this.status = status;
        this.emit('status', status);
    }
}
