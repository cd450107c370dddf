// A new tab of the same browser is signed in by the tabs that are: the token goes from tab to tab,
// never through an address or a disk.

const NAME = 'guichet.session';
const PATIENCE_MS = 250;

/** @returns {Promise<string|null>} the token of another tab whose page this person may open */
export function askForToken(roles) {
    if (!globalThis.BroadcastChannel) return Promise.resolve(null);
    const channel = new BroadcastChannel(NAME);
    return new Promise((resolve) => {
        const finish = (token) => {
            clearTimeout(timer);
            channel.close();
            resolve(token);
        };
        const timer = setTimeout(() => finish(null), PATIENCE_MS);
        channel.onmessage = ({ data }) =>
            data.kind === 'offer' && roles.includes(data.role) && finish(data.token);
        channel.postMessage({ kind: 'ask' });
    });
}

/** @param {() => string|null} token @param {string} role */
export function offerToken(token, role) {
    if (!globalThis.BroadcastChannel) return;
    const channel = new BroadcastChannel(NAME);
    channel.onmessage = ({ data }) => {
        const current = token();
        if (data.kind === 'ask' && current) channel.postMessage({ kind: 'offer', role, token: current });
    };
}
