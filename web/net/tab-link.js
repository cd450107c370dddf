// This tab's end of the socket that all tabs share: through a shared worker, else through the
// leading tab, else a socket of its own.

import { makeKey } from '../sdk/parts.js';
import { asset } from './base.js';
import { Multiplexer } from './multiplexer.js';

const ANSWER_WITHIN_MS = 4000;

/** A substitute for a WebSocket, for the connection. */
class SharedSocket {
    readyState = 1;

    constructor(post) {
        this.post = post;
    }

    send(text) {
        if (this.readyState === 1) this.post({ kind: 'send', text });
    }

    close() {
        if (this.readyState === 3) return;
        this.readyState = 3;
        this.post({ kind: 'close' });
    }

    /** The other end is closed. */
    end(code) {
        if (this.readyState === 3) return;
        this.readyState = 3;
        this.onclose?.({ code });
    }
}

export class TabLink {
    /** Whether this tab plays the sounds and shows the notifications. */
    isPrimary = true;
    mode = 'own';
    #socket = null;
    #post = null;
    #isAnswered = false;

    /**
     * @param {string} name of the person's session; tabs of other sessions never share
     * @param {object} scope holds the browser's interfaces
     */
    constructor(name, scope = globalThis) {
        this.scope = scope;
        this.id = makeKey();
        try {
            if (scope.SharedWorker) this.#shareWorker(name);
            else if (scope.BroadcastChannel && scope.navigator?.locks) this.#shareTab(name);
        } catch {
            this.#own();  // without workers, its own socket serves as well
        }
        scope.addEventListener?.('pagehide', () => this.#post?.({ kind: 'bye' }));
        scope.addEventListener?.('pageshow', ({ persisted }) => persisted && this.#socket?.end(1006));
    }

    /** Replaces `new WebSocket(…)`. */
    open = (url, protocols) => {
        if (!this.#post) return new this.scope.WebSocket(url, protocols);
        const socket = new SharedSocket((message) => this.#post(message));
        this.#socket = socket;
        this.#isAnswered = false;
        this.#post({ kind: 'open', url, protocols });
        setTimeout(() => {
            if (this.#socket === socket && !this.#isAnswered) socket.end(1006);
        }, ANSWER_WITHIN_MS * 2);
        return socket;
    };

    #shareWorker(name) {
        const worker = new this.scope.SharedWorker(asset('/net/hub-worker.js'), {
            type: 'module',
            name: `guichet ${name}`,
        });
        worker.port.onmessage = ({ data }) => this.#receive(data);
        worker.onerror = () => this.#own();
        this.mode = 'worker';
        this.#post = (message) => worker.port.postMessage(message);
        const { locks } = this.scope.navigator;
        const lock = `guichet tab ${this.id}`;
        // Held until the tab closes.
        locks?.request(lock, () => {
            this.#post?.({ kind: 'here', lock });
            return new Promise(() => {});
        });
    }

    #shareTab(name) {
        const channel = new this.scope.BroadcastChannel(`guichet ${name}`);
        this.mode = 'channel';
        this.isPrimary = false;
        channel.onmessage = ({ data }) => {
            if (data.to === this.id) this.#receive(data.message);
            if (data.kind === 'leads') this.#socket?.end(1006);
        };
        this.#post = (message) => channel.postMessage({ from: this.id, message });
        this.scope.navigator.locks.request(`guichet lead ${name}`, () => {
            this.#lead(channel);
            return new Promise(() => {});
        });
    }

    /** From now on, the shared socket is in this tab. */
    #lead(channel) {
        const { WebSocket } = this.scope;
        const multiplexer = new Multiplexer({
            openSocket: (url, protocols) => new WebSocket(url, protocols),
        });
        const tabs = new Map();
        // Never during the call that opens, because the new socket has no listeners yet.
        const mine = multiplexer.attach((message) => queueMicrotask(() => this.#receive(message)));
        channel.onmessage = ({ data: { from, message } }) => {
            if (!from) return;
            if (!tabs.has(from)) {
                tabs.set(from, multiplexer.attach((reply) =>
                    channel.postMessage({ to: from, message: reply })));
            }
            tabs.get(from).receive(message);
            if (message.kind === 'bye') tabs.delete(from);
        };
        this.mode = 'leader';
        this.#post = (message) => mine.receive(message);
        this.#socket?.end(1006);
        channel.postMessage({ kind: 'leads' });
    }

    #own() {
        this.mode = 'own';
        this.isPrimary = true;
        this.#post = null;
        this.#socket?.end(1006);
    }

    #receive({ kind, data, code, is }) {
        this.#isAnswered = true;
        if (kind === 'primary') this.isPrimary = is;
        else if (kind === 'frame') this.#socket?.onmessage?.({ data });
        else if (kind === 'closed') this.#socket?.end(code);
    }
}
