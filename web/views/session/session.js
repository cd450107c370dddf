// Finds the person of a page: by the link, this tab's own token, another tab's, or the cookie;
// without any of them, shows the sign-in page.

import { below } from '../../net/base.js';
import { askForToken, whoIsHere } from '../../net/session-share.js';
import { COOKIE, keepToken, linkToken, readClaims, storedToken } from '../../net/token.js';
import { nameOf } from '../../state/visible-text.js';
import { ask } from '../parts/dialog.js';
import { h } from '../parts/dom.js';

/** Set after a sign-out: the cookie, or another person's tab, would sign in again. */
const LEFT = 'guichet.left';
const SENT = 'guichet.sentAt';
/** In the local storage: a cookie has signed in before. Pages cannot see it, and asking costs a refusal. */
const HAD_COOKIE = 'guichet.hadCookie';
/** A second redirect to the sign-in page within this time would be a loop. */
const CIRCLE_MS = 10_000;

/**
 * @param {string[]} roles that the page is for
 * @returns {Promise<{token: string|null, me: object|null}>} token `COOKIE`: the browser sends the
 *     cookie
 */
export async function findSession(roles) {
    const own = storedToken(sessionStorage);
    const given = linkToken({ location, history });
    const person = given && readClaims(given);
    const hasLeft = sessionStorage.getItem(LEFT) !== null;
    if (person && await mayBecome(person, own, roles, hasLeft)) {
        keepToken(sessionStorage, given);
        return { token: given, me: person };
    }
    const token = own ?? (hasLeft ? null : await askForToken(roles));
    if (token) {
        takeCookieAgain();
        keepToken(sessionStorage, token);
        return { token, me: readClaims(token) };
    }
    const me = hasLeft ? null : await cookiePerson();
    return { token: me && COOKIE, me };
}

/**
 * Anybody may send a link, so a link to another person's session needs a confirmation. A client's
 * page beside a staff session does not.
 */
async function mayBecome(person, own, roles, hasLeft) {
    const running = asRunning(readClaims(own ?? '')) ?? (await whoIsHere(roles)) ??
        (await cookiePersonBefore(roles, hasLeft));
    return !running || running.id === person.id || mayChange(running, person);
}

/** @returns {Promise<object|null>} whom this browser's cookie signs in to such a page, as it did before */
async function cookiePersonBefore(roles, hasLeft) {
    if (hasLeft || !localStorage.getItem(HAD_COOKIE)) return null;
    const person = await cookiePerson();
    return person && roles.includes(person.role) ? person : null;
}

const asRunning = (claims) => (claims && (claims.exp ?? Infinity) * 1000 > Date.now() ? claims : null);

/** @returns {Promise<boolean>} whether this page should change to the other person */
export async function mayChange(running, person) {
    const answer = await ask({
        label: 'signin.other', testid: 'other-person',
        body: [h('p', { t: ['signin.otherLead', { name: nameOf(person), other: nameOf(running) }] })],
        buttons: [
            { label: ['signin.stay', { name: nameOf(running) }], value: '', tone: 'primary', testid: 'other-stay' },
            { label: ['signin.become', { name: nameOf(person) }], value: 'yes', testid: 'other-become' },
        ],
    });
    return answer === 'yes';
}

/** @returns {Promise<object|null>} the cookie's person, if the hub accepts it */
export async function cookiePerson() {
    try {
        const answer = await fetch(below('/api/me'), { credentials: 'same-origin', cache: 'no-store' });
        if (!answer.ok) {
            localStorage.removeItem(HAD_COOKIE);
            return null;
        }
        localStorage.setItem(HAD_COOKIE, '1');
        const { projects, ...me } = await answer.json();
        // The hub sends an empty list if the token names no projects, which means no limit.
        return projects?.length > 0 ? { ...me, projects } : me;
    } catch {
        return null;
    }
}

/** Signed out in this tab, even if there is a cookie or another tab. */
export const leaveSession = () => sessionStorage.setItem(LEFT, '1');
export const takeCookieAgain = () => sessionStorage.removeItem(LEFT);

/** @returns {string|null} the installation's sign-in page; `{return}` stands for this page */
export function signInURL() {
    const url = document.querySelector('meta[name="guichet-sign-in"]')?.content;
    return url ? url.replace('{return}', encodeURIComponent(location.href)) : null;
}

/** @returns {boolean} whether the browser has been sent there */
export function goToSignIn() {
    const url = signInURL();
    const sentAt = Number(sessionStorage.getItem(SENT));
    if (!url || Date.now() - sentAt < CIRCLE_MS) return false;
    sessionStorage.setItem(SENT, String(Date.now()));
    location.assign(url);
    return true;
}
