// The hub's clock, as seen from here. A laptop that is ten minutes wrong must not shift a deadline.

export class ServerClock {
    /** Milliseconds to add to the local clock to get the hub's. */
    offsetMs = 0;
    /** The best round trip so far: a fast answer places the server's time more exactly. */
    rttMs = null;
    #bestRtt = Infinity;

    constructor(localNow = () => Date.now()) {
        this.localNow = localNow;
    }

    now() {
        return this.localNow() + this.offsetMs;
    }

    /** `hello` comes without a question, so its travel time is unknown: a first guess. */
    observeHello(time) {
        const server = Date.parse(time);
        if (Number.isNaN(server)) return;
        this.#bestRtt = Infinity;
        this.offsetMs = server - this.localNow();
    }

    observePong(time, sentAt) {
        const server = Date.parse(time);
        if (Number.isNaN(server)) return;
        const receivedAt = this.localNow();
        this.rttMs = Math.max(0, receivedAt - sentAt);
        // Samples age: a slower one is taken once it is not much worse than the best.
        if (this.rttMs > this.#bestRtt * 2 + 20) return;
        this.#bestRtt = Math.min(this.#bestRtt, this.rttMs);
        this.offsetMs = server - (sentAt + receivedAt) / 2;
    }
}
