// A list as a query to the hub: part of the queue, filters, words and order.

import { HUB_SLA, sortCode, toHubFilter, withBase } from './saved-views.js';
import { fold, parseSearch } from './search-text.js';

export const ACTIVE = ['open', 'in_progress', 'waiting'];
export const OVER = ['resolved', 'closed'];
const EVERY = [...ACTIVE, ...OVER];

/** Operators of the search field with the same name in the hub's filter and in the bar. */
const OPERATORS = ['status', 'priority', 'category', 'project', 'assignee', 'client', 'tag'];
/** A ticket has several of these, so that one must have each that is typed; the hub takes any. */
const MANY = ['tag'];
/** The most values of one field that the hub accepts. */
const VALUES_MAX = 100;

/** A search for words in all tickets includes resolved and closed ones. */
const searchesEverywhere = (view) => view === 'all' || view === 'mentions' || view.startsWith('saved-');

/**
 * @param {string} view @param {object} filters @param {string} text of the search field
 * @param {{projects?: string[], staff?: Array<{id: string, name: string}>, clients?: Array<{id:
 *     string, name: string}>, tags?: string[]}} known what operators may name by parts of names, and
 *     the tags that are known to be spelled otherwise than typed
 * @returns {{query: object, isExact: boolean}} `isExact`: the hub's count is the list's
 */
export function hubQuery(view, filters, text, known = {}) {
    const { words, terms } = parseSearch(text);
    const whole = { ...withBase(view, filters), client: [] };
    const tagWords = wordsOfTags(whole, terms, known);
    const isMoved = moveOperators(whole, terms, known, tagWords) && tagWords.length === 0;
    const isSaid = whole.sla.every((value) => HUB_SLA.includes(value));
    const sla = isSaid ? whole.sla : [];
    const query = toHubFilter({ ...whole, sla, from: '', to: '' }, [words, ...tagWords].join(' '));
    if (whole.client.length > 0) query.client = whole.client;
    query.status ??= words && searchesEverywhere(view) ? EVERY : ACTIVE;
    if (view === 'mentions') query.status = EVERY;
    const isExact = isMoved && isSaid && !whole.from && !whole.to && view !== 'mentions';
    return { query, isExact };
}

/** The filters that the page applies after the hub's answer: SLA states that the hub lacks. */
export const filtersLeft = (filters) =>
    ({ ...filters, sla: filters.sla.every((value) => HUB_SLA.includes(value)) ? [] : filters.sla });

const isSpelled = (value, { tags = [] }) => tags.some((tag) => fold(tag) === fold(value));
/** The hub's search takes a ref inside a text as the ticket's name, and needs letters or digits. */
const isSearchable = (value) => /[\p{L}\p{N}]/u.test(value) && !/[t#]\P{L}{0,3}\d/iu.test(value);

/**
 * Typed tags as words of the search. The hub's filter compares tags exactly and takes any of several; its search
 * folds case and accents and finds what has all words. The page then looks at the tags themselves.
 */
function wordsOfTags(whole, terms, known) {
    const typed = terms.filter(({ name }) => name === 'tag').map(({ value }) => value);
    if (typed.length === 1 && whole.tag.length === 0 && isSpelled(typed[0], known)) return [];
    return typed.filter(isSearchable);
}

/** Turns operators into filters if the field has no filter yet. @returns whether all were turned */
function moveOperators(whole, terms, known, tagWords) {
    const moved = OPERATORS.filter((name) => {
        const typed = terms.filter((term) => term.name === name).map(({ value }) => value);
        if (typed.length === 0 || whole[name].length > 0) return false;
        // Nobody knows how it is spelled: its words find it.
        if (name === 'tag' && tagWords.includes(typed[0]) && !isSpelled(typed[0], known)) return false;
        const isOne = !MANY.includes(name) || typed.length === 1;
        const ids = idsOf(name, isOne ? typed : typed.slice(0, 1), known);
        // A name without a match is sent as typed: the hub finds nothing.
        const values = ids?.length === 0 ? typed : ids;
        if (!values || values.length > VALUES_MAX) return false;
        whole[name] = values;
        return isOne;
    });
    return terms.every(({ name }) => moved.includes(name));
}

/**
 * Converts parts of names to the hub's ids of people and projects.
 * @returns {string[]|null} null: their list is not loaded yet
 */
function idsOf(name, typed, { projects, staff, clients, tags = [] }) {
    const has = (text) => (value) => fold(text).includes(fold(value));
    if (name === 'tag') {
        const spelled = tags.filter((tag) => typed.some((value) => fold(value) === fold(tag)));
        return [...new Set([...typed, ...spelled])];
    }
    if (name === 'client') {
        return clients?.filter(({ id, name: said }) => typed.some((value) => id === value || has(said)(value)))
            .map(({ id }) => id) ?? null;
    }
    if (name === 'project') return projects?.filter((id) => typed.some(has(id))) ?? null;
    if (name !== 'assignee' || typed.every((value) => ['me', 'none'].includes(value))) return typed;
    if (!staff) return null;
    const named = [];
    for (const value of typed) {
        if (['me', 'none'].includes(value)) named.push(value);
        else named.push(...staff.filter(({ id, name: said }) => id === value || has(said)(value)).map(({ id }) => id));
    }
    return [...new Set(named)];
}

/** Which lists the operators of a text need. @returns {Array<'projects'|'staff'|'clients'>} */
export const neededLists = (text) => {
    const names = new Set(parseSearch(text).terms.filter(({ value }) => !['me', 'none'].includes(value))
        .map(({ name }) => name));
    return [
        names.has('project') && 'projects', names.has('assignee') && 'staff', names.has('client') && 'clients',
    ].filter(Boolean);
};

/** Resolved tickets have no deadline, so they are ordered by their last activity. */
export const hubSort = (view, sort) => (view === 'resolved' && sort === 'urgency' ? '-updatedAt' : sortCode(sort));
