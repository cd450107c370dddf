// Quick replies: their text in the ticket's language, with its variables filled.

/** Variables have English and French names. */
const SAME = {
    'client.prenom': 'client.firstName',
    'client.nom': 'client.name',
    'agent.nom': 'agent.name',
    'agent.prenom': 'agent.firstName',
    'ticket.titre': 'ticket.title',
    'ticket.projet': 'ticket.project',
};

const VARIABLE = /\{\{\s*([\w.]+)\s*\}\}/g;

/** @returns {string} the body in this language, else in the other */
export const bodyOf = ({ bodies = {} }, locale) =>
    bodies[locale] ?? bodies.fr ?? bodies.en ?? Object.values(bodies)[0] ?? '';

/**
 * @param {string} body
 * @param {{snapshot: object, me: object, words?: Record<string, string>}} context `words`: the status,
 *     priority and category in the reader's language
 * @returns {{text: string, missing: string[]}} `missing`: variables without a value, left unchanged
 */
export function fillQuickReply(body, { snapshot, me, words = {} }) {
    const first = (name) => name?.split(/\s+/)[0];
    const values = {
        'client.name': snapshot.client?.name,
        'client.firstName': first(snapshot.client?.name),
        'agent.name': me.name,
        'agent.firstName': first(me.name),
        'ticket.ref': snapshot.ref,
        'ticket.title': snapshot.title,
        'ticket.project': snapshot.project,
        'ticket.status': words.status,
        'ticket.priority': words.priority,
        'ticket.category': words.category,
    };
    const missing = [];
    const text = body.replace(VARIABLE, (whole, name) => {
        const value = values[SAME[name] ?? name];
        if (!value) missing.push(whole);
        return value || whole;
    });
    return { text, missing };
}

/** The names that a variable may have, in French and English. */
export const VARIABLES = [
    'client.prenom', 'client.nom', 'client.firstName', 'client.name', 'ticket.ref', 'ticket.titre',
    'ticket.title', 'ticket.projet', 'ticket.project', 'ticket.status', 'ticket.priority',
    'ticket.category', 'agent.prenom', 'agent.nom', 'agent.firstName', 'agent.name',
];

/** @returns {string[]} the names of the variables of a text */
export const variablesIn = (text) => [...text.matchAll(VARIABLE)].map(([, name]) => name);

/** Unfilled variables in a text, which must not be sent. */
export const unfilled = (text) => text.match(VARIABLE) ?? [];
