// The token of a sign-in link: removed from the address bar at once, kept for this tab only.

const STORED = 'guichet.token';

/** Represents the cookie, which pages cannot read: the browser sends it by itself. */
export const COOKIE = '';

/** Removes `#token=…` from the address before other code reads it. @returns {string|null} */
export function linkToken({ location, history }) {
    const fragment = new URLSearchParams(location.hash.replace(/^#/, ''));
    const given = fragment.get('token');
    if (given !== null) {
        fragment.delete('token');
        const rest = fragment.toString();
        history.replaceState(
            history.state,
            '',
            location.pathname + location.search + (rest ? `#${rest}` : ''),
        );
    }
    return given || null;
}

/** The token of the link, which the tab then keeps; else the tab's token. @returns {string|null} */
export function takeToken({ location, history, storage }) {
    const given = linkToken({ location, history });
    if (given) keepToken(storage, given);
    return given ?? storedToken(storage);
}

/** @returns {string|null} this tab's token */
export const storedToken = (storage) => storage.getItem(STORED);

export function keepToken(storage, token) {
    storage.setItem(STORED, token);
}

export function forgetToken(storage) {
    storage.removeItem(STORED);
}

/** A pasted token may be the whole link. */
export const tokenFromPaste = (text) => (/[#&]token=([^&\s]+)/.exec(text)?.[1] ?? text).trim();

/**
 * The claims, unverified: for the name on the page before the hub answers. Only the hub grants
 * rights.
 * @returns {{id: string, role: string, name: string, locale?: string, exp?: number} | null}
 */
export function readClaims(token) {
    try {
        const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
        const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
        const claims = JSON.parse(new TextDecoder().decode(bytes));
        const id = claims.id ?? claims.sub;
        if (!id) return null;
        const role = claims.role === 'technicien' ? 'technician' : claims.role;
        return { ...claims, id: String(id), role, name: claims.name ?? String(id) };
    } catch {
        return null;
    }
}
