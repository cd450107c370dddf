// A classic script in the head: asks for the first screen's data while the modules are on their way.
// `early-answers.js` hands the answers out.
(() => {
    const { ask } = document.currentScript.dataset;
    const base = document.querySelector('meta[name="guichet-base"]')?.content ?? '';
    let own = null;
    try {
        own = sessionStorage.getItem('guichet.token');
    } catch {
        // Storage may be forbidden; then only a link has a token.
    }
    const given = new URLSearchParams(location.hash.slice(1)).get('token');
    // Of two tokens, the person chooses first.
    if (own && given && own !== given) return;
    const token = given || own;
    if (!token) return;
    const authorization = `Bearer ${token}`;
    const answers = new Map();
    for (const path of ask.split(' ')) {
        const answer = fetch(base + path, {
            headers: { Authorization: authorization }, credentials: 'omit', cache: 'no-store',
        });
        answer.catch(() => {});  // whoever takes the answer hears of it
        answers.set(path, answer);
    }
    globalThis.guichetEarly = { authorization, answers, at: performance.now() };
})();
