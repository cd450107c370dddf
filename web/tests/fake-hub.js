// Fakes for the tests of `net/`: a clock and timers moved by hand, a socket that records, a storage
// in memory.

/** Timers that fire only when a test lets time pass. */
export class FakeTime {
    nowMs = 1_700_000_000_000;
    #timers = new Set();

    now = () => this.nowMs;

    schedule = (action, delayMs) => {
        const timer = { action, at: this.nowMs + delayMs };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
    };

    pass(ms) {
        const until = this.nowMs + ms;
        for (;;) {
            const next = [...this.#timers].filter(({ at }) =>
                at <= until).sort((a, b) => a.at - b.at)[0];
            if (!next) break;
            this.#timers.delete(next);
            this.nowMs = Math.max(this.nowMs, next.at);
            next.action();
        }
        this.nowMs = until;
    }
}

/** A fake of the browser's WebSocket with the parts that the connection uses; the test plays the hub. */
export class FakeSocket {
    readyState = 1;
    sent = [];

    constructor(url, protocols) {
        Object.assign(this, { url, protocols });
    }

    send(text) {
        this.sent.push(JSON.parse(text));
    }

    close() {
        this.readyState = 3;
    }

    hear(frame) {
        this.onmessage({ data: JSON.stringify(frame) });
    }

    hello(time, extra = {}) {
        this.hear({
            type: 'hello',
            protocol: 'guichet.v1',
            you: { id: 'me' },
            build: '1',
            time: new Date(time).toISOString(),
            ...extra,
        });
    }

    drop(code = 1006) {
        this.readyState = 3;
        this.onclose({ code });
    }

    /** The newest frame of a type. */
    last(type) {
        return this.sent.findLast((frame) => frame.type === type);
    }

    all(type) {
        return this.sent.filter((frame) => frame.type === type);
    }

    answer(frame, answer) {
        this.hear({ re: frame.id, ...answer });
    }
}

export class FakeStorage {
    #items = new Map();
    getItem = (name) => this.#items.get(name) ?? null;
    setItem = (name, value) => void this.#items.set(name, String(value));
    removeItem = (name) => void this.#items.delete(name);
    key = (index) => [...this.#items.keys()][index] ?? null;
    get length() {
        return this.#items.size;
    }
}

/** A substitute for IndexedDB. */
export class FakeOutboxStore {
    #items = new Map();
    all = async () => [...this.#items.values()].map((item) => structuredClone(item));
    put = (item) => void this.#items.set(item.key, structuredClone(item));
    remove = (key) => void this.#items.delete(key);
}

/** Lets promises that are ready run. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

let seqs = 0;
export const person = (id, role = 'technician') => ({ id, name: id.toUpperCase(), role });

export const snapshot = (fields = {}) => ({
    id: `t${++seqs}`,
    ref: `T-${1000 + seqs}`,
    project: 'shop',
    title: 'Printer',
    description: 'It smokes',
    category: 'incident',
    status: 'open',
    priority: 'normal',
    client: person('ann', 'client'),
    assignedTo: null,
    sla: { state: 'none' },
    seq: 1,
    messageCount: 0,
    lastMessage: null,
    waitingSince: null,
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:00:00.000Z',
    ...fields,
});

export const messageEvent = (seq, by, body, fields = {}) => ({
    ticket: 't',
    seq,
    prev: seq - 1,
    at: `2026-01-05T09:${String(seq).padStart(2, '0')}:00.000Z`,
    by,
    cause: 'user',
    kind: 'message',
    message: { id: `m${seq}`, seq, author: by, body, internal: false, attachments: [] }, ...fields,
});

export const changeEvent = (seq, by, changes, fields = {}) => ({
    ticket: 't',
    seq,
    prev: seq - 1,
    at: `2026-01-05T09:${String(seq).padStart(2, '0')}:00.000Z`,
    by,
    cause: 'user',
    kind: 'change',
    changes,
    ...fields,
});
