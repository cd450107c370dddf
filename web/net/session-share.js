// Shares the session between the tabs of a browser. A signed-in tab passes its token to a new tab
// directly, never through an address or a disk.

const NAME = 'guichet.session';
const PATIENCE_MS = 250;

/** @returns {Promise<any>} the result of `read` for another tab's answer; null if none answers */
function askTabs(question, read) {
    if (!globalThis.BroadcastChannel) return Promise.resolve(null);
    const channel = new BroadcastChannel(NAME);
    return new Promise((resolve) => {
        const finish = (answer) => {
            clearTimeout(timer);
            channel.close();
            resolve(answer);
        };
        const timer = setTimeout(() => finish(null), PATIENCE_MS);
        channel.onmessage = ({ data }) => {
            const answer = read(data);
            if (answer) finish(answer);
        };
        channel.postMessage(question);
    });
}

/** @returns {Promise<string|null>} the token of another tab whose page this person may open */
export const askForToken = (roles) => askTabs({ kind: 'ask' }, (data) =>
    (data.kind === 'offer' && roles.includes(data.role) ? data.token : null));

/** @returns {Promise<{id: string, name: string}|null>} who is signed in in another tab of such a page */
export async function whoIsHere(roles, locks = globalThis.navigator?.locks) {
    // Every tab holds a lock; without a lock there is no tab to wait for.
    const { held = [] } = (await locks?.query().catch(() => null)) ?? { held: [{ name: 'guichet' }] };
    if (!held.some(({ name }) => name.startsWith('guichet'))) return null;
    return askTabs({ kind: 'who' }, (data) =>
        (data.kind === 'here' && roles.includes(data.role) ? data.person : null));
}

/**
 * Answers the other tabs.
 * @param {() => string|null} token null once it is not valid any more
 * @param {{id: string, name: string, role: string}} me
 * @param {{onFresh: (token: string) => void, onLeft: () => void}} news another tab of this person has
 *     a newer token, or has signed out
 * @returns {{tellFresh: (token: string) => void, tellLeft: () => void}} the same, to the other tabs
 */
export function answerTabs(token, me, { onFresh, onLeft }) {
    if (!globalThis.BroadcastChannel) return { tellFresh() {}, tellLeft() {} };
    const channel = new BroadcastChannel(NAME);
    channel.onmessage = ({ data }) => {
        const current = token();
        if (data.kind === 'fresh' && data.id === me.id) return onFresh(data.token);
        if (data.kind === 'left' && data.id === me.id) return onLeft();
        if (current === null) return undefined;
        if (data.kind === 'who') {
            channel.postMessage({ kind: 'here', role: me.role, person: { id: me.id, name: me.name } });
        }
        if (data.kind === 'ask' && current) channel.postMessage({ kind: 'offer', role: me.role, token: current });
        return undefined;
    };
    return {
        tellFresh: (fresh) => channel.postMessage({ kind: 'fresh', id: me.id, token: fresh }),
        tellLeft: () => channel.postMessage({ kind: 'left', id: me.id }),
    };
}
