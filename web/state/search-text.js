// Parses the search field: words, and operators such as `statut:ouvert` in either language. A bad
// value gets an explanation, never an error; with an unknown operator a word is searched as it
// stands, since people paste paths and codes.

export const fold = (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase();

const OPERATORS = {
    status: ['statut', 'status'],
    priority: ['priorite', 'priority'],
    category: ['categorie', 'category'],
    project: ['projet', 'project'],
    assignee: ['assigne', 'assigned', 'assignee'],
    client: ['client'],
    tag: ['etiquette', 'tag'],
    sla: ['sla'],
    before: ['avant', 'before'],
    after: ['apres', 'after'],
    has: ['a', 'has'],
};

const VALUES = {
    status: {
        open: ['ouvert', 'open'], in_progress: ['en_cours', 'encours', 'in_progress', 'progress'],
        waiting: ['attente', 'en_attente', 'waiting'], resolved: ['resolu', 'resolved'],
        closed: ['clos', 'closed'],
    },
    priority: {
        low: ['basse', 'low'], normal: ['normale', 'normal'], high: ['haute', 'high'],
        urgent: ['urgente', 'urgent'],
    },
    category: {
        incident: ['incident'], request: ['requete', 'request'], change: ['changement', 'change'],
    },
    assignee: { me: ['moi', 'me'], none: ['personne', 'none', 'libre', 'free'] },
    sla: {
        breached: ['retard', 'late', 'breached'], warning: ['proche', 'warning'],
        soon: ['1h', 'risque', 'risk'], day: ['4h'], paused: ['pause', 'paused'], ok: ['ok'],
    },
    has: { file: ['piece', 'fichier', 'file'], draft: ['brouillon', 'draft'] },
};

/** The values of an operator are free text. */
const FREE = ['project', 'client', 'tag', 'assignee'];
const DATES = ['before', 'after'];

const named = (table, word) =>
    Object.entries(table).find(([, names]) => names.includes(word))?.[0] ?? null;

/**
 * @param {string} text
 * @returns {{words: string, terms: Array<{name: string, value: string}>,
 *     problems: Array<{text: string, key: string}>}}
 */
export function parseSearch(text) {
    const result = { words: '', terms: [], problems: [] };
    const words = [];
    for (const [token, operator, quoted, bare] of text.matchAll(/([\p{L}]+):(?:"([^"]*)"|(\S*))|\S+/gu)) {
        const isOperator = operator !== undefined && !isWord(operator, quoted ?? bare);
        if (!isOperator || !named(OPERATORS, fold(operator))) words.push(token);
        if (isOperator) read(result, token, fold(operator), quoted ?? bare ?? '');
    }
    result.words = words.join(' ');
    return result;
}

/** A link, or the prefix of a pasted subject: `Re: [T-1042] …`. */
const isWord = (operator, value) => /^https?$/.test(operator) || (value === '' && !named(OPERATORS, fold(operator)));

function read({ terms, problems }, text, operator, value) {
    const name = named(OPERATORS, operator);
    if (!name) return problems.push({ text, key: 'search.unknown' });
    if (value === '') return problems.push({ text, key: 'search.empty' });
    if (DATES.includes(name)) {
        const isDate = /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
        if (!isDate) return problems.push({ text, key: 'search.date' });
        return terms.push({ name, value });
    }
    const known = named(VALUES[name] ?? {}, fold(value));
    if (known) terms.push({ name, value: known });
    else if (FREE.includes(name)) terms.push({ name, value });
    else problems.push({ text, key: 'search.value' });
}

/** Completions of the operator or value being typed: the replacement texts. */
export function suggestions(text, locale) {
    const typed = /(\S*)$/.exec(text)[1];
    if (typed.length < 1) return [];
    const [operator, value] = typed.split(':');
    const word = (names) => names[locale === 'fr' ? 0 : Math.min(1, names.length - 1)];
    if (value === undefined) {
        return Object.values(OPERATORS).filter((names) =>
            names.some((name) => name.startsWith(fold(operator)))).map((names) => `${word(names)}:`);
    }
    const name = named(OPERATORS, fold(operator));
    return Object.values(VALUES[name] ?? {}).filter((names) =>
        names.some((each) => each.startsWith(fold(value)))).map((names) => `${operator}:${word(names)}`);
}
