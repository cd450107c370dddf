// The REST calls (docs/protocol.md 6): one request function, problems as errors.

import { CommandError } from '../sdk/parts.js';
import { below } from './base.js';
import { takeEarly } from './early-answers.js';
import { COOKIE } from './token.js';

export class API {
    /** @param {{token: () => string, onSignedOut?: () => void, send?: typeof fetch}} options */
    constructor({ token, onSignedOut = () => {}, send = (...args) => fetch(...args) }) {
        Object.assign(this, { token, onSignedOut, send });
    }

    me = () => this.request('GET', '/api/me');
    projects = async () => (await this.request('GET', '/api/projects')).projects ?? [];
    users = async (role) =>
        (await this.request('GET', '/api/users', { query: { role } })).users ?? [];
    tickets = (query) => this.request('GET', '/api/tickets', { query });
    ticket = (id) => this.request('GET', `/api/tickets/${encodeURIComponent(id)}`);
    events = (id, query) =>
        this.request('GET', `/api/tickets/${encodeURIComponent(id)}/events`, { query });
    sla = () => this.request('GET', '/api/sla');
    slaPreview = (query) => this.request('GET', '/api/sla/preview', { query });

    /** The idempotency key makes a second submit of the same form the same ticket. */
    create = (ticket, key) =>
        this.request('POST', '/api/tickets', { body: ticket, headers: { 'Idempotency-Key': key } });

    /** Sends a message of the outbox while its page closes; nobody waits for the answer. */
    handOver = ({ ticket, fields, key }) =>
        this.#fetch(`/api/tickets/${encodeURIComponent(ticket)}`, {
            method: 'POST', keepalive: true,
            headers: { ...this.#headers(), 'Content-Type': 'application/json' },
            body: JSON.stringify({ ...fields, key }),
        }).catch(() => {});

    /** @param {File} file */
    upload(file) {
        const form = new FormData();
        form.append('file', file);
        return this.request('POST', '/api/upload', { form });
    }

    /** Files need the header too, so they are fetched as blobs, not linked. */
    async file(url) {
        const response = await this.#fetch(url, { headers: this.#headers() });
        if (!response.ok) throw await problem(response);
        return response.blob();
    }

    /** True when the hub answers at all. */
    async isUp() {
        try {
            return (await this.#fetch('/healthz', {})).ok;
        } catch {
            return false;
        }
    }

    /** True when the hub answers that it refuses the token. */
    async isRefused() {
        try {
            return (await this.#fetch('/api/me', { headers: this.#headers() })).status === 401;
        } catch {
            return false;
        }
    }

    async request(method, path, { query, body, form, headers } = {}) {
        const search = toSearch(query);
        const response = await this.#fetch(path + (search ? `?${search}` : ''), {
            method,
            headers: {
                ...this.#headers(),
                ...(body ? { 'Content-Type': 'application/json' } : {}),
                ...headers,
            },
            body: form ?? (body ? JSON.stringify(body) : undefined),
        });
        if (response.status === 401) this.onSignedOut();
        if (!response.ok) throw await problem(response);
        if (response.status === 204) return null;
        try {
            return await response.json();
        } catch {
            // A proxy's page or a partial answer: it is unknown whether the hub has executed the
            // call.
            throw new CommandError({ code: 'unavailable' });
        }
    }

    async #fetch(url, options) {
        try {
            const credentials = this.token() === COOKIE ? 'same-origin' : 'omit';
            const early = options.method === 'GET' ? takeEarly(url, this.authorization) : null;
            return await (early ?? this.send(below(url), { credentials, cache: 'no-store', ...options }));
        } catch {
            throw new CommandError({ code: 'disconnected' });
        }
    }

    /** None if the browser sends the cookie. */
    get authorization() {
        const token = this.token();
        return token === COOKIE ? null : `Bearer ${token}`;
    }

    #headers() {
        return this.authorization ? { Authorization: this.authorization } : {};
    }
}

/** Joins lists with commas, except values that contain commas; omits empty values. */
export function toSearch(query = {}) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value === undefined || value === null || value === '' || value.length === 0) continue;
        const hasCommas = Array.isArray(value) && value.some((each) => String(each).includes(','));
        if (hasCommas) for (const each of value) search.append(`${name}[]`, each);
        else search.set(name, Array.isArray(value) ? value.join(',') : String(value));
    }
    return search.toString();
}

/** Seconds, from a number of seconds or a date. */
export function retryAfter(header, now = Date.now()) {
    if (!header) return undefined;
    const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
    return seconds > 0 ? seconds : undefined;
}

/** The code for a status without a code of the hub, such as a proxy's. */
const CODES = {
    401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 408: 'timeout', 409: 'conflict',
    413: 'too_large', 429: 'rate_limited',
};

async function problem(response) {
    const body = (await response.json().catch(() => null)) ?? {};
    const fallback = CODES[response.status] ?? (response.status >= 500 ? 'unavailable' : 'bad_request');
    return new CommandError({
        ...body,
        retryAfter: body.retryAfter ?? retryAfter(response.headers.get('Retry-After')),
        status: response.status,
        code: body.code ?? fallback,
        message: body.detail ?? body.title,
    });
}
