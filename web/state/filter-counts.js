// Counts beside the choices of a filter when the page has not loaded all tickets. Asks the hub, a
// few at once, only for the choices that a menu shows.

import { noFilters } from './filters.js';
import { countOf } from './hub-list.js';
import { hubQuery } from './hub-query.js';

const AT_ONCE = 3;
const ASKED_MAX = 40;

/**
 * @param {{tickets: (query: object) => Promise<object>}} api
 * @param {string} view the view whose tickets are counted
 * @param {Array<{field: string, value: string}>} choices
 * @param {(choice: object, n: number) => void} onCount not called if the hub cannot count the
 *     choice
 * @param {() => boolean} isWanted false once the counts are no longer needed
 */
export async function countChoices(api, view, choices, onCount, isWanted = () => true) {
    const answers = new Map();
    const ask = (query) => {
        const key = JSON.stringify(query);
        if (!answers.has(key)) answers.set(key, api.tickets({ ...query, limit: 1 }).catch(() => null));
        return answers.get(key);
    };
    const asked = choices.map((choice) => {
        const { field, value } = choice;
        const { query: { status, ...query }, isExact } = hubQuery(view, { ...noFilters(), [field]: [value] }, '');
        return isExact ? { choice, query, statuses: status } : null;
    }).filter(Boolean).slice(0, ASKED_MAX);
    const workers = Array.from({ length: AT_ONCE }, async () => {
        for (let next = asked.shift(); next && isWanted(); next = asked.shift()) {
            const answer = await ask(next.query);
            if (answer && isWanted()) onCount(next.choice, countOf(answer, next.statuses));
        }
    });
    await Promise.all(workers);
}
