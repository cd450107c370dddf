// Answers to requests that the page's head has sent already (see `early.js`). Each is used once, and
// only while the page starts.

const FRESH_MS = 15_000;

/**
 * @param {string} path with its query
 * @param {string|null} authorization of the person who asks now
 * @returns {Promise<Response>|null}
 */
export function takeEarly(path, authorization, scope = globalThis) {
    const early = scope.guichetEarly;
    if (!early || early.authorization !== authorization) return null;
    if (scope.performance.now() - early.at > FRESH_MS) return null;
    const answer = early.answers.get(path) ?? null;
    early.answers.delete(path);
    return answer;
}
