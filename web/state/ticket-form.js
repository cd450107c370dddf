// Checks a new ticket before the hub does.

const TITLE = { min: 5, max: 140 };
const DESCRIPTION = { min: 10, max: 10_000 };

/**
 * @param {{title: string, description: string}} values
 * @returns {Record<string, {key: string, params: object}>} by field; empty if it is valid
 */
export function problemsOf({ title, description }) {
    const problems = {};
    check(problems, 'title', title, TITLE);
    check(problems, 'description', description, DESCRIPTION);
    return problems;
}

function check(problems, field, text, { min, max }) {
    const length = Array.from(text.trim()).length;
    if (length < min) problems[field] = { key: `invalid.${field}Short`, params: { min } };
    else if (length > max) problems[field] = { key: `invalid.${field}Long`, params: { max } };
}
