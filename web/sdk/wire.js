// Shared parts of the wire protocol: subprotocols, close codes, delays, keys, errors; and the event
// source that the SDK's classes extend.

const SUBPROTOCOL = 'guichet.v1';

/** The close code for a token that is no longer valid. */
export const CLOSE_SIGNED_OUT = 4401;

/** A browser cannot set headers on a WebSocket, so the token travels as a second subprotocol. */
export const subprotocols = (token) => (token ? [SUBPROTOCOL, `bearer.${token}`] : [SUBPROTOCOL]);

/** Full jitter keeps a thousand tabs from reconnecting in the same tick. */
export const retryDelayMs = (attempt, random = Math.random) =>
    random() * Math.min(20_000, 500 * 2 ** Math.min(attempt, 10));

/** The address of the hub's socket, on the host of a page or of any URL, below `base` such as `/support`. */
export const socketURL = (location, base = '') =>
    `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${base}/ws`;

/**
 * The hub's base path: from the meta element of the hub's own page, else the path of an address
 * that ends with a slash. An address without the slash is a page of the hub and does not name its
 * base.
 * @param {URL} address
 */
export function basePath({ origin, pathname }, { document, location } = globalThis) {
    const told = origin === location?.origin && document?.querySelector('meta[name="guichet-base"]');
    if (told) return told.content;
    return pathname.endsWith('/') ? pathname.replace(/\/+$/, '') : '';
}

/**
 * An idempotency key names one command, so that a second send of it is stored once.
 * `crypto.randomUUID` needs a secure context; a hub on a plain-HTTP intranet has none.
 */
export const makeKey = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
        byte.toString(16).padStart(2, '0')).join('');

/**
 * The default timers of every part. A bare `setTimeout` does not work: called as a method it
 * throws.
 * @returns {() => void} cancels
 */
export function scheduleTimer(action, delayMs) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
}

/** Reads one text frame; null for anything except a JSON object with a type. */
export function decodeFrame(text) {
    try {
        const frame = JSON.parse(text);
        return frame !== null && typeof frame === 'object' && typeof frame.type === 'string'
            ? frame
            : null;
    } catch {
        return null;
    }
}

/** A refusal by the hub, or a failure to reach it (`disconnected`, `timeout`). */
export class CommandError extends Error {
    /** @param {{code: string, message?: string}} frame the error frame or problem, kept whole */
    constructor(frame) {
        super(frame.message ?? frame.code);
        this.code = frame.code;
        this.frame = frame;
    }

    /** True when the same command may succeed later, unchanged. */
    get isTransient() {
        return ['disconnected', 'timeout', 'unavailable', 'rate_limited'].includes(this.code);
    }

    /** True when the ticket does not exist for this person, or no longer. */
    get isGone() {
        return ['not_found', 'forbidden'].includes(this.code);
    }
}

/** A minimal event source: `on` returns a function that stops the listener. */
export class Emitter {
    #listeners = new Map();

    /** @param {string} type @param {(detail: any) => void} listener @returns {() => void} stops */
    on(type, listener) {
        const listeners = this.#listeners.get(type) ?? new Set();
        this.#listeners.set(type, listeners.add(listener));
        return () => listeners.delete(listener);
    }

    emit(type, detail) {
        // A copy: a listener may stop itself, or add another, during the delivery.
        for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(detail);
    }
}
