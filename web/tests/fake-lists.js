// A hub with many tickets, and the queue of a page that has loaded some of them.

import { noFilters } from '../state/filters.js';
import { QueueSource } from '../state/queue-source.js';
import { Queue } from '../state/queue.js';
import { fold } from '../state/search-text.js';
import { settle, snapshot } from './fake-hub.js';

/** A hub with so many open tickets; the last created is first in its newest-first list. */
export function hub(count, { fails = () => false, fits = () => () => true } = {}) {
    const snapshots = Array.from({ length: count }, (_, index) => snapshot({
        id: String(index).padStart(4, '0'), ref: `T-${index}`, title: `number ${index}`,
        createdAt: new Date(1_700_000_000_000 + index * 1000).toISOString(),
        updatedAt: new Date(1_700_000_000_000 + index * 1000).toISOString(),
    }));
    const asked = [];
    const tickets = async ({ limit, cursor, sort, q, status, ...rest }) => {
        asked.push({ limit, cursor, sort, q, status, ...rest });
        if (fails()) throw Object.assign(new Error(), { code: 'unavailable' });
        const says = ({ title, ref, tags = [] }) => title === q || ref === q ||
            q.split(' ').every((word) => tags.some((tag) => fold(tag).split(/\W/).includes(fold(word))));
        const found = snapshots.filter((each) => !q || says(each)).filter(fits(rest));
        const shown = found.filter((each) => !status || status.includes(each.status));
        if (sort === '-createdAt' || sort === '-updatedAt') shown.reverse();
        const from = Number(cursor ?? 0);
        const page = shown.slice(from, from + limit);
        const counts = { status: {} };
        for (const { status: name } of found) counts.status[name] = (counts.status[name] ?? 0) + 1;
        return { tickets: page, next: from + limit < shown.length ? String(from + limit) : null, counts };
    };
    return { snapshots, asked, tickets, ticket: async (id) => snapshots.find((each) => each.id === id) };
}

export async function answered(list) {
    while (list.isAsked && (!list.isAnswered || list.isLoading) && !list.error) await settle();
}

export function source(api, { view = 'all', sort = 'newest', filters = noFilters(), loaded = 200 } = {}) {
    const bar = { text: '', sort, filters };
    const queue = new Queue();
    queue.reset({ tickets: api.snapshots.slice(0, loaded), more: loaded < api.snapshots.length, rev: 1, counts: {} });
    const made = new QueueSource({ me: { id: 'lina' }, clock: { now: () => 1_700_000_900_000 }, api }, {
        queue, resolved: { snapshots: [], count: 0 }, mentioned: () => new Set(), drafts: { tickets: () => new Set() },
    }, () => bar);
    made.view = view;
    const ask = async (changes = {}) => {
        Object.assign(bar, changes);
        made.ask();
        await new Promise((resolve) => setTimeout(resolve, 1));
        await answered(made.hub);
        return made.shown().map(({ ref }) => ref);
    };
    return { made, queue, ask };
}
