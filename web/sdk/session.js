// The session of a person: asks for a token when one is needed, and reports why there is none.

import { CommandError, retryDelayMs } from './wire.js';

/** The characters of a token. Any others could not be sent in a header. */
const TOKEN = /^[\w.~+-]*$/;

/**
 * Keeps a connection signed in with the tokens of `getToken`. Asks at the first open, when the hub
 * announces the end of the token, and after it has ended or was refused.
 */
export class Session {
    /** True until the hub has accepted a requested token, to avoid a second request. */
    #isTried = false;
    #asking = null;
    #attempt = 0;
    #isClosed = false;

    /**
     * @param {Connection} connection
     * @param {{getToken?: () => Promise<string>|string, onEnd: (error: Error) => void,
     *     onError: (error: Error) => void}} options `onEnd`: signed out, without a new token
     */
    constructor(connection, { getToken, onEnd, onError }) {
        Object.assign(this, { connection, getToken, onEnd, onError });
        connection.on('hello', () => {
            this.#isTried = false;
            this.#attempt = 0;
        });
        connection.on('expiring', () => void this.#renew());
        connection.on('status', (status) => status === 'signed-out' && void this.#revive());
    }

    /** Opens with the present token, else with one from `getToken`. */
    open() {
        this.#isClosed = false;
        const { connection, getToken } = this;
        const isOver = connection.status === 'signed-out';
        if (!getToken || (connection.token && !isOver)) return this.#start(connection.token);
        this.#isTried = true;
        this.#ask().then((token) => this.#isClosed || this.#start(token), this.onEnd);
    }

    close() {
        this.#isClosed = true;
    }

    /** A newer token of the same person, from any source. */
    async authenticate(token) {
        this.#check(token);
        this.#isClosed = false;
        const { connection } = this;
        if (!connection.isLive) this.#isTried = true;
        await connection.authenticate(token);
    }

    #start(token) {
        const { connection } = this;
        try {
            this.#check(token);
            connection.token = token;
            if (connection.status === 'signed-out') connection.authenticate(token).catch(this.onEnd);
            else connection.open();
        } catch (error) {
            this.onEnd(error);
        }
    }

    /** The token ends in a minute; the socket stays. */
    async #renew() {
        if (!this.getToken) return;
        const { connection } = this;
        try {
            const token = await this.#ask();
            if (this.#isClosed || token === connection.token) return;
            this.#check(token);
            await connection.authenticate(token);
        } catch (error) {
            // It is asked for again after the end.
            if (!this.#isClosed && error.code !== 'disconnected') this.onError(error);
        }
    }

    async #revive() {
        const { connection } = this;
        if (this.#isClosed) return;
        if (!this.getToken || this.#isTried) return this.onEnd(new CommandError(this.#refusal));
        const isOver = () => this.#isClosed || connection.status !== 'signed-out';
        try {
            const token = await this.#ask();
            if (isOver()) return;
            if (!token || token === connection.token) return this.onEnd(new CommandError(this.#refusal));
            this.#isTried = true;
            this.#start(token);
        } catch (error) {
            if (isOver()) return;
            this.onError(error);
            // The source of tokens may be unavailable for a while.
            const delay = Math.max(1000, retryDelayMs(this.#attempt++, connection.random));
            connection.schedule(() => isOver() || void this.#revive(), delay);
        }
    }

    /** What waits was written by the person who was signed in: it must not leave under another name. */
    #check(token) {
        check(token);
        const you = this.connection.hello?.you;
        const id = you && token ? personOf(token) : undefined;
        if (id === undefined || id === you.id) return;
        throw new CommandError({ code: 'unauthorized', message: 'The token is for another person.' });
    }

    get #refusal() {
        return this.connection.refusal ?? { code: 'unauthorized' };
    }

    /** One request at a time, shared by all callers. */
    #ask() {
        this.#asking ??= (async () => this.getToken())().finally(() => (this.#asking = null));
        return this.#asking;
    }
}

function check(token) {
    if (token === undefined || token === null || TOKEN.test(token)) return;
    throw new CommandError({ code: 'unauthorized', message: 'The token is no JSON Web Token.' });
}

/** @returns {string|undefined} the id in the token; undefined: the hub judges what cannot be read */
function personOf(token) {
    try {
        const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
        const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
        const { id, sub } = JSON.parse(new TextDecoder().decode(bytes));
        return id ?? sub;
    } catch {
        return undefined;
    }
}

/** Asks over HTTP why an upgrade failed, because a WebSocket does not report it. */
export async function askWhetherRefused(hub, token, fetch) {
    try {
        const headers = token ? { Authorization: `Bearer ${token}` } : {};
        const response = await fetch(`${hub}/api/me`, { headers, cache: 'no-store' });
        if (response.status !== 401) return false;
        const problem = await response.json().catch(() => ({}));
        return { message: problem.detail ?? problem.title ?? 'The hub refuses the token.' };
    } catch {
        return false;  // an unreachable hub is not a refusal
    }
}
