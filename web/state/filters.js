// The filters of a list: chosen values per field, and the search text. Pure functions of snapshots;
// the address holds the same filters.

import { fold, parseSearch } from './search-text.js';
import { slaView } from './sla.js';

/** In the order of the bar; a field may have several values, of which one must match. */
export const FILTER_FIELDS =
    ['status', 'priority', 'category', 'project', 'assignee', 'watching', 'sla', 'tag'];

const HOUR = 3_600_000;

/** @returns {Record<string, string[]|string>} empty filters */
export const noFilters = () =>
    ({ ...Object.fromEntries(FILTER_FIELDS.map((field) => [field, []])), from: '', to: '' });

/** @param {(name: string) => string|null} get reads the address */
export function readFilters(get) {
    const chosen = {};
    for (const field of FILTER_FIELDS) {
        chosen[field] = (get(field) ?? '').split(',').filter(Boolean).map(decoded);
    }
    return { ...chosen, from: get('from') ?? '', to: get('to') ?? '' };
}

/** The changes of the address for these filters. */
export const writeFilters = (filters) => Object.fromEntries(
    Object.entries(filters).map(([name, value]) =>
        [name, Array.isArray(value) ? value.map(encoded).join(',') : value]),
);

/** Commas separate values; commas within a value are percent-encoded. */
const encoded = (value) => value.replaceAll('%', '%25').replaceAll(',', '%2C');
const decoded = (value) => value.replace(/%2C|%25/g, (code) => (code === '%25' ? '%' : ','));

export const countFilters = (filters) =>
    FILTER_FIELDS.reduce((sum, field) => sum + filters[field].length, 0) +
        Number(filters.from !== '') + Number(filters.to !== '');

const ANSWERS = {
    status: (head, value) => head.status === value,
    priority: (head, value) => head.priority === value,
    category: (head, value) => head.category === value,
    project: (head, value) => fold(head.project ?? '').includes(fold(value)),
    assignee: (head, value, { me }) =>
        value === 'none' ? !head.assignedTo
        : value === 'me' ? head.assignedTo?.id === me
        : head.assignedTo?.id === value || fold(head.assignedTo?.name ?? '').includes(fold(value)),
    watching: (head, value, { me }) => (head.watchers ?? []).some(({ id }) =>
        id === (value === 'me' ? me : value)),
    client: (head, value) => fold(head.client?.name ?? '').includes(fold(value)),
    tag: (head, value) => (head.tags ?? []).some((tag) => fold(tag) === fold(value)),
    sla: (head, value, { now, hoursOf = () => null }) =>
        slaIs(value, slaView(head.sla, now, hoursOf(head))),
    before: (head, value) => head.createdAt < value,
    after: (head, value) => head.createdAt.slice(0, 10) >= value,
    has: (head, value, { hasDraft = () => false }) =>
        value === 'draft' ? hasDraft(head.id) : (head.attachments ?? []).length > 0,
};

/** A clock outside of its working hours is not paused in the hub's sense. */
function slaIs(value, { state: shown, level: state = shown, ms }) {
    if (value === 'breached' || value === 'paused') return state === value;
    if (value === 'warning') return ['warn', 'critical'].includes(state);
    if (!['ok', 'warn', 'critical'].includes(state)) return false;
    return ms <= (value === 'soon' ? HOUR : 4 * HOUR);
}

/**
 * @param {object} filters
 * @param {string} text
 * @param {{me: string, now: number, hasDraft?: (id: string) => boolean, found?: Set<string>}}
 *     context `found`: ids of the hub's search for these words
 * @returns {(head: object) => boolean}
 */
export function makeFilter(filters, text, context) {
    const { words, terms } = parseSearch(text);
    const wanted = fold(words).split(/\s+/).filter(Boolean);
    const fields = FILTER_FIELDS.filter((field) => filters[field].length > 0);
    return (head) =>
        fields.every((field) =>
            filters[field].some((value) => ANSWERS[field](head, value, context))) &&
        termsFit(head, terms, context) &&
        (!filters.from || ANSWERS.after(head, filters.from)) &&
        (!filters.to || head.createdAt.slice(0, 10) <= filters.to) &&
        (wanted.length === 0 || context.found?.has(head.id) === true || says(head, wanted));
}

/** For fields with one value per ticket, any of the terms may match; for others, all must match. */
const EITHER = ['status', 'priority', 'category', 'project', 'assignee', 'client', 'sla'];

const termsFit = (head, terms, context) => terms.every(({ name }) => {
    const [either, all] = [EITHER.includes(name), terms.filter((term) => term.name === name)];
    const fits = ({ value }) => ANSWERS[name](head, value, context);
    return either ? all.some(fits) : all.every(fits);
});

function says(head, words) {
    const parts = [head.ref, head.title, head.client?.name, head.project, head.assignedTo?.name,
        head.lastMessage?.excerpt, head.description];
    const haystack = fold(parts.filter(Boolean).join(' '));
    return words.every((word) => haystack.includes(word));
}

/** Every word must occur in the texts of a row; accents and case are ignored. */
export const matches = (head, text) => says(head, fold(text).split(/\s+/).filter(Boolean));

/** How many snapshots match each value of a field, for the menu of that field. */
export function countValues(heads, field, values, context) {
    return values.map((value) =>
        heads.reduce((sum, head) => sum + Number(ANSWERS[field](head, value, context)), 0));
}
