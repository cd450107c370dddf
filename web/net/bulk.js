// One change to many tickets: by the hub's bulk call if it has one, else one by one.

import { makeKey } from '../sdk/parts.js';

/** Small enough to show progress and to allow a cancel; the hub accepts 500. */
const CHUNK = 50;
const CHUNK_MAX = 500;
const STEPS = 20;
const UNSUPPORTED = [400, 404, 405, 422, 501];

/**
 * @param {{api: object, connection: object}} app
 * @param {string[]} ids
 * @param {{set?: object, action?: string}} change
 * @param {{onProgress?: (done: number) => void, isCancelled?: () => boolean}} options
 * @returns {Promise<{done: string[], failed: Array<{id: string, code: string}>}>}
 */
export async function changeMany(app, ids, change, { onProgress = () => {}, isCancelled = () => false } = {}) {
    const result = { done: [], failed: [] };
    const take = (id, code) => {
        if (code === undefined) result.done.push(id);
        else result.failed.push({ id, code });
    };
    let isOneByOne = false;
    const size = Math.min(CHUNK_MAX, Math.max(CHUNK, Math.ceil(ids.length / STEPS)));
    for (let from = 0; from < ids.length && !isCancelled(); from += size) {
        const chunk = ids.slice(from, from + size);
        isOneByOne ||= !(await asOne(app, chunk, change, take));
        if (isOneByOne) await oneByOne(app, chunk, change, take, isCancelled);
        onProgress(result.done.length + result.failed.length);
    }
    return result;
}

async function asOne({ api }, ids, { set = {}, action }, take) {
    try {
        const { results } = await api.request('PATCH', '/api/tickets', {
            body: { ids, ...set, ...(action ? { action } : {}) },
            headers: { 'Idempotency-Key': makeKey() },
        });
        for (const { id, ok, code } of results) take(id, ok ? undefined : (code ?? 'conflict'));
        return true;
    } catch (error) {
        if (UNSUPPORTED.includes(error.frame?.status)) return false;
        for (const id of ids) take(id, error.code ?? 'unavailable');
        return true;
    }
}

async function oneByOne({ connection }, ids, { set, action }, take, isCancelled) {
    for (const ticket of ids) {
        if (isCancelled()) return;
        try {
            const frame = { type: 'update', ticket, key: makeKey() };
            if (set) frame.set = set;
            if (action) frame.action = action;
            await connection.command(frame);
            take(ticket);
        } catch (error) {
            take(ticket, error.code);
        }
    }
}
