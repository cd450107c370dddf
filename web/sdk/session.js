// The session of a person: asks for a token when one is needed, and reports why there is none.

import { CommandError, retryDelayMs } from './wire.js';

/** What a token is made of. Anything else could not even be sent. */
const TOKEN = /^[\w.~+-]*$/;

/**
 * Keeps a connection signed in with what `getToken` gives: asks at the first open, when the hub says
 * that the token is about to end, and after it has ended or was refused.
 */
export class Session {
    /** True from asking until the hub has taken what was given: it is not asked twice for nothing. */
    #isTried = false;
    #asking = null;
    #attempt = 0;
    #isClosed = false;

    /**
     * @param {Connection} connection
     * @param {{getToken?: () => Promise<string>|string, onEnd: (error: Error) => void,
     *     onError: (error: Error) => void}} options `onEnd`: signed out, and nobody helps
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

    /** Opens with the token that there is, else with the one that is given. */
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

    /** A newer token of the same person, from whoever has it. */
    async authenticate(token) {
        check(token);
        this.#isClosed = false;
        const { connection } = this;
        if (!connection.isLive) this.#isTried = true;
        await connection.authenticate(token);
    }

    #start(token) {
        const { connection } = this;
        try {
            check(token);
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
            check(token);
            await connection.authenticate(token);
        } catch (error) {
            // There is another chance when it has ended.
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
            // Whoever gives tokens may be away for a while.
            const delay = Math.max(1000, retryDelayMs(this.#attempt++, connection.random));
            connection.schedule(() => isOver() || void this.#revive(), delay);
        }
    }

    get #refusal() {
        return this.connection.refusal ?? { code: 'unauthorized' };
    }

    /** One question at a time, whoever needs the answer. */
    #ask() {
        this.#asking ??= (async () => this.getToken())().finally(() => (this.#asking = null));
        return this.#asking;
    }
}

function check(token) {
    if (token === undefined || token === null || TOKEN.test(token)) return;
    throw new CommandError({ code: 'unauthorized', message: 'The token is no JSON Web Token.' });
}

/** Asks over HTTP why an upgrade failed, which a WebSocket does not tell. */
export async function askWhetherRefused(hub, token, fetch) {
    try {
        const headers = token ? { Authorization: `Bearer ${token}` } : {};
        const response = await fetch(`${hub}/api/me`, { headers, cache: 'no-store' });
        if (response.status !== 401) return false;
        const problem = await response.json().catch(() => ({}));
        return { message: problem.detail ?? problem.title ?? 'The hub refuses the token.' };
    } catch {
        return false;  // away is not refused
    }
}
