// A list as a question to the hub: the parts of its filter that the hub answers alike. Clocks are
// left to the page, which warns by its own rule.

import { parseSearch } from './search-text.js';
import { toHubFilter, withBase } from './saved-views.js';

const ACTIVE = ['open', 'in_progress', 'waiting'];

/**
 * @param {string} view @param {object} filters @param {string} text of the search field
 * @returns {{query: object, isExact: boolean}} `isExact`: the hub's count is the list's
 */
export function hubQuery(view, filters, text) {
    const { words, terms } = parseSearch(text);
    const whole = withBase(view, filters);
    const query = toHubFilter({ ...whole, sla: [], from: '', to: '' }, words);
    query.status ??= ACTIVE;
    const isExact = terms.length === 0 && whole.sla.length === 0 && !whole.from && !whole.to;
    return { query, isExact };
}
