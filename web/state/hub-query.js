// A list as a question to the hub: its part of the queue, filters, words and order.

import { HUB_SLA, sortCode, toHubFilter, withBase } from './saved-views.js';
import { parseSearch } from './search-text.js';

export const ACTIVE = ['open', 'in_progress', 'waiting'];
export const OVER = ['resolved', 'closed'];
const EVERY = [...ACTIVE, ...OVER];

/** Operators of the search field that the hub's filter has under the same name as the bar. */
const OPERATORS = ['status', 'priority', 'category', 'assignee'];

/** Words look everywhere: who searches all tickets searches those that are over too. */
const searchesEverywhere = (view) => view === 'all' || view === 'mentions' || view.startsWith('saved-');

/**
 * @param {string} view @param {object} filters @param {string} text of the search field
 * @returns {{query: object, isExact: boolean}} `isExact`: the hub's count is the list's
 */
export function hubQuery(view, filters, text) {
    const { words, terms } = parseSearch(text);
    const whole = withBase(view, filters);
    const isMoved = moveOperators(whole, terms);
    const isSaid = whole.sla.every((value) => HUB_SLA.includes(value));
    const sla = isSaid ? whole.sla : [];
    const query = toHubFilter({ ...whole, sla, from: '', to: '' }, words);
    query.status ??= words && searchesEverywhere(view) ? EVERY : ACTIVE;
    if (view === 'mentions') query.status = EVERY;
    const isExact = isMoved && isSaid && !whole.from && !whole.to && view !== 'mentions';
    return { query, isExact };
}

/** The filters that the page looks at itself once the hub has answered: clocks only of its own. */
export const filtersLeft = (filters) =>
    ({ ...filters, sla: filters.sla.every((value) => HUB_SLA.includes(value)) ? [] : filters.sla });

/** Operators become filters where nothing of that name narrows the list already. @returns whether all */
function moveOperators(whole, terms) {
    const moved = OPERATORS.filter((name) => {
        const values = terms.filter((term) => term.name === name).map(({ value }) => value);
        // Of people the hub knows ids; what is typed are parts of names.
        const isSaid = name !== 'assignee' || values.every((value) => ['me', 'none'].includes(value));
        if (values.length === 0 || whole[name].length > 0 || !isSaid) return false;
        whole[name] = values;
        return true;
    });
    return terms.every(({ name }) => moved.includes(name));
}

/** What is over has no deadline that is near: it is ordered by what happened last. */
export const hubSort = (view, sort) => (view === 'resolved' && sort === 'urgency' ? '-updatedAt' : sortCode(sort));
