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
    status: (snapshot, value) => snapshot.status === value,
    priority: (snapshot, value) => snapshot.priority === value,
    category: (snapshot, value) => snapshot.category === value,
    project: (snapshot, value) => fold(snapshot.project ?? '').includes(fold(value)),
    assignee: (snapshot, value, { me }) =>
        value === 'none' ? !snapshot.assignedTo
        : value === 'me' ? snapshot.assignedTo?.id === me
        : snapshot.assignedTo?.id === value || fold(snapshot.assignedTo?.name ?? '').includes(fold(value)),
    watching: (snapshot, value, { me }) => (snapshot.watchers ?? []).some(({ id }) =>
        id === (value === 'me' ? me : value)),
    client: (snapshot, value) =>
        snapshot.client?.id === value || fold(snapshot.client?.name ?? '').includes(fold(value)),
    tag: (snapshot, value) => (snapshot.tags ?? []).some((tag) => fold(tag) === fold(value)),
    sla: (snapshot, value, { now, hoursOf = () => null }) =>
        slaIs(value, slaView(snapshot.sla, now, hoursOf(snapshot))),
    before: (snapshot, value) => snapshot.createdAt < value,
    after: (snapshot, value) => snapshot.createdAt.slice(0, 10) >= value,
    has: (snapshot, value, { hasDraft = () => false }) =>
        value === 'draft' ? hasDraft(snapshot.id) : (snapshot.attachments ?? []).length > 0,
};

/** A clock outside of its working hours is not paused in the hub's sense. */
function slaIs(value, { state: shown, level: state = shown, ms }) {
    if (value === 'breached' || value === 'paused') return state === value;
    if (value === 'warning') return ['warn', 'critical'].includes(state);
    if (value === 'ok') return !['breached', 'paused', 'warn', 'critical'].includes(state);
    if (!['ok', 'warn', 'critical'].includes(state)) return false;
    return ms <= (value === 'soon' ? HOUR : 4 * HOUR);
}

/**
 * @param {object} filters
 * @param {string} text
 * @param {{me: string, now: number, hasDraft?: (id: string) => boolean, found?: Set<string>}}
 *     context `found`: ids of the hub's search for these words
 * @returns {(snapshot: object) => boolean}
 */
export function makeFilter(filters, text, context) {
    const { words, terms } = parseSearch(text);
    const wanted = fold(words).split(/\s+/).filter(Boolean);
    const fields = FILTER_FIELDS.filter((field) => filters[field].length > 0);
    return (snapshot) =>
        fields.every((field) =>
            filters[field].some((value) => ANSWERS[field](snapshot, value, context))) &&
        termsFit(snapshot, terms, context) &&
        (!filters.from || ANSWERS.after(snapshot, filters.from)) &&
        (!filters.to || snapshot.createdAt.slice(0, 10) <= filters.to) &&
        (wanted.length === 0 || context.found?.has(snapshot.id) === true || says(snapshot, wanted));
}

/** For fields with one value per ticket, any of the terms may match; for others, all must match. */
const EITHER = ['status', 'priority', 'category', 'project', 'assignee', 'client', 'sla'];

const termsFit = (snapshot, terms, context) => terms.every(({ name }) => {
    const [either, all] = [EITHER.includes(name), terms.filter((term) => term.name === name)];
    const fits = ({ value }) => ANSWERS[name](snapshot, value, context);
    return either ? all.some(fits) : all.every(fits);
});

function says(snapshot, words) {
    const parts = [snapshot.ref, snapshot.title, snapshot.client?.name, snapshot.project, snapshot.assignedTo?.name,
        snapshot.lastMessage?.excerpt, snapshot.description];
    const haystack = fold(parts.filter(Boolean).join(' '));
    return words.every((word) => haystack.includes(word));
}

/** Every word must occur in the texts of a row; accents and case are ignored. */
export const matches = (snapshot, text) => says(snapshot, fold(text).split(/\s+/).filter(Boolean));

/** How many snapshots match each value of a field, for the menu of that field. */
export function countValues(snapshots, field, values, context) {
    return values.map((value) =>
        snapshots.reduce((sum, snapshot) => sum + Number(ANSWERS[field](snapshot, value, context)), 0));
}
