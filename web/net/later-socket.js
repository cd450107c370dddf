// A socket whose implementation is fetched first.

export class LaterSocket {
    #socket = null;
    #isClosed = false;

    /** @param {() => Promise<object>} make something that looks like a WebSocket */
    constructor(make) {
        this.#start(make);
    }

    get readyState() {
        return this.#isClosed ? 3 : (this.#socket?.readyState ?? 0);
    }

    send(text) {
        this.#socket?.send(text);
    }

    close() {
        this.#isClosed = true;
        this.#socket?.close();
    }

    async #start(make) {
        try {
            const socket = await make();
            if (this.#isClosed) return socket.close();
            this.#socket = socket;
            socket.onmessage = (message) => this.onmessage?.(message);
            socket.onclose = (closed) => this.onclose?.(closed);
        } catch {
            this.onclose?.({ code: 1006 });
        }
    }
}
