// Saved views: filters with a name, kept by the hub. Conditions that the hub's filter lacks are
// kept in its words, as operators of the search field.

import { Emitter } from '../sdk/parts.js';
import { makeFilter, noFilters } from './filters.js';

/** The hub's names of these fields; `sla` and `assignee` are handled below. */
const PLAIN = ['status', 'priority', 'category', 'project', 'tag', 'watching'];
export const HUB_SLA = ['breached', 'warning', 'paused', 'ok'];
const SLA_WORDS = { breached: 'late', warning: 'warning', soon: '1h', day: '4h', paused: 'paused', ok: 'ok' };

/** Console order → the hub's. */
const SORT_CODES = {
    urgency: 'urgency', deadline: 'deadline', waiting: 'waitingSince', activity: '-updatedAt',
    newest: '-createdAt', oldest: 'createdAt', priority: '-priority',
};

/** Each named part of the queue as filters. */
const BASES = {
    unassigned: { status: ['open', 'in_progress'], assignee: ['none'] },
    mine: { assignee: ['me'] },
    watching: { watching: ['me'] },
    risk: { sla: ['breached', 'warning'] },
    waiting: { status: ['waiting'] },
    resolved: { status: ['resolved', 'closed'] },
};

/** Orders of views that were saved before the hub had the order by waiting. */
const EARLIER = { updatedAt: 'waiting' };

export const sortCode = (name) => SORT_CODES[name] ?? 'urgency';
export const sortName = (code) =>
    Object.keys(SORT_CODES).find((name) => SORT_CODES[name] === code) ?? EARLIER[code] ?? 'urgency';

/** Combines a part of the queue and filters into filters; those of the bar take precedence. */
export function withBase(view, filters) {
    const base = BASES[view] ?? {};
    return Object.fromEntries(Object.entries(filters).map(([name, value]) =>
        [name, value.length === 0 && base[name] ? base[name] : value]));
}

/** @returns {object} the `filter` of a queue or a saved view */
export function toHubFilter(filters, text) {
    const filter = {};
    for (const name of PLAIN) if (filters[name].length > 0) filter[name] = filters[name];
    if (filters.assignee.length > 0) filter.assignedTo = filters.assignee;
    const terms = [];
    if (filters.sla.every((value) => HUB_SLA.includes(value))) {
        if (filters.sla.length > 0) filter.sla = filters.sla;
    } else terms.push(...filters.sla.map((value) => `sla:${SLA_WORDS[value]}`));
    if (filters.from) terms.push(`after:${filters.from}`);
    if (filters.to) terms.push(`before:${dayAfter(filters.to)}`);
    const q = [text.trim(), ...terms].filter(Boolean).join(' ');
    return q ? { ...filter, q } : filter;
}

/** @returns {{filters: object, text: string}} */
export function fromHubFilter(filter = {}) {
    const list = (value) => (value === undefined ? [] : [value].flat());
    const filters = noFilters();
    for (const name of PLAIN) filters[name] = list(filter[name]);
    filters.assignee = list(filter.assignedTo);
    filters.sla = list(filter.sla).filter((value) => HUB_SLA.includes(value));
    // The bar has no filter of clients; the search field has.
    const clients = list(filter.client).map((id) => `client:"${id}"`);
    return { filters, text: [filter.q, ...clients].filter(Boolean).join(' ') };
}

/** Whether these filters and words equal the saved view's. */
export function isSame({ filter }, filters, text) {
    const mine = JSON.stringify(sorted(toHubFilter(filters, text)));
    const saved = fromHubFilter(filter);
    return mine === JSON.stringify(sorted(toHubFilter(saved.filters, saved.text)));
}

const sorted = (filter) => Object.keys(filter).sort().map((name) =>
    [name, Array.isArray(filter[name]) ? [...filter[name]].sort() : filter[name]]);

function dayAfter(day) {
    const at = Date.parse(day);
    return Number.isNaN(at) ? day : new Date(at + 86_400_000).toISOString().slice(0, 10);
}

/** Emits `change`. Empty if the hub keeps no views. */
export class SavedViews extends Emitter {
    list = [];
    isOffered = false;

    /** @param {{api: object, connection: object, me: object, preferences: object}} app */
    constructor({ api, connection, me, preferences }) {
        super();
        Object.assign(this, { api, me, preferences });
        connection.on('hello', () => this.load());
        preferences.on('change', (name) => name === 'pins' && this.#set(this.list));
    }

    /** The name of a saved view in the address. */
    static nameOf = (id) => `saved-${id}`;

    named(name) {
        return this.list.find(({ id }) => SavedViews.nameOf(id) === name) ?? null;
    }

    isMine = ({ owner }) => owner.id === this.me.id;

    /** Only admins may change other people's shared views. */
    mayChange = (view) => this.isMine(view) || this.me.role === 'admin';

    isPinned = ({ id }) => this.preferences.get('pins').includes(id);

    /** Pins are of this device, like all preferences. */
    pin(view, isOn) {
        const others = this.preferences.get('pins').filter((id) => id !== view.id);
        this.preferences.set('pins', isOn ? [...others, view.id] : others);
    }

    async load() {
        try {
            const { views } = await this.api.request('GET', '/api/views');
            this.#set(views);
        } catch {
            // The known views stay; the next greeting asks again.
        }
    }

    /** @param {{name: string, filter: object, sort: string, shared: boolean}} content */
    async create(content, key) {
        const view = await this.api.request('POST', '/api/views', {
            body: content, headers: { 'Idempotency-Key': key },
        });
        this.#set([...this.list.filter(({ id }) => id !== view.id), view]);
        return view;
    }

    /** Keeps the fields that `changes` does not name. */
    async change(view, changes) {
        const { name, filter, sort, shared } = { ...view, ...changes };
        const next = await this.api.request('PUT', `/api/views/${view.id}`, {
            body: { name, filter, sort, shared },
        });
        this.#set(this.list.map((each) => (each.id === view.id ? next : each)));
        return next;
    }

    async remove({ id }) {
        await this.api.request('DELETE', `/api/views/${id}`);
        this.#set(this.list.filter((each) => each.id !== id));
    }

    /** Pinned views first, then the person's own, then shared ones; each by name. */
    #set(views) {
        this.isOffered = true;
        const first = (a, b, is) => Number(is(b)) - Number(is(a));
        this.list = [...views].sort((a, b) =>
            first(a, b, this.isPinned) || first(a, b, this.isMine) || a.name.localeCompare(b.name));
        this.emit('change');
    }
}

/** How many snapshots each saved view would show. */
export const countSaved = (views, snapshots, context) =>
    new Map(views.map(({ id, filter }) => {
        const { filters, text } = fromHubFilter(filter);
        const fits = makeFilter(filters, text, context);
        return [id, snapshots.reduce((sum, snapshot) => sum + Number(fits(snapshot)), 0)];
    }));
