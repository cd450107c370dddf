// Renews a session that ends while its page is open: with a fresh link, with the cookie, or with
// another tab's token. The page's content stays, drafts included.

import { answerTabs } from '../../net/session-share.js';
import { COOKIE, forgetToken, keepToken, linkToken, readClaims } from '../../net/token.js';
import { cookiePerson, goToSignIn, mayChange } from './session.js';

/** Limits the retries with a cookie that REST accepts and the socket refuses. */
const COOKIE_AGAIN_MS = 10_000;

/**
 * @param {{me: object, connection: object, toasts: object, signInWith: (token: string) => void, token:
 *     () => string|null, take: (token: string) => void, leave: () => void}} session `leave`: ends it in
 *     this tab
 * @returns {{tellLeft: () => void}} `tellLeft`: ends it in the other tabs
 */
export function keepSession({ me, connection, toasts, signInWith, token, take, leave }) {
    let restore = null;
    let cookieAt = -Infinity;

    const isEnded = () => connection.status === 'signed-out';
    const goOn = (next) => {
        const wasEnded = isEnded();
        take(next);
        if (next !== COOKIE) keepToken(sessionStorage, next);
        restore?.();
        restore = null;
        const stop = wasEnded && connection.on('hello', () => {
            stop();
            toasts.show('conn.renewed');
        });
        return connection.authenticate(next).then(
            () => wasEnded || toasts.show('conn.renewed'), (error) => toasts.error(error));
    };
    const tabs = answerTabs(() => (isEnded() ? null : token()), me, {
        onFresh: (next) => isEnded() && goOn(next), onLeft: leave,
    });
    const become = async (next) => {
        const person = readClaims(next);
        if (!person || next === token() && !isEnded()) return;
        if (person.id === me.id && person.role === me.role) {
            await goOn(next);
            return tabs.tellFresh(next);
        }
        // A signed-out person is not asked.
        if (person.id === me.id || isEnded() || await mayChange(me, person)) signInWith(next);
    };

    connection.on('status', async () => {
        if (!isEnded()) return;
        forgetToken(sessionStorage);
        const mayTry = Date.now() - cookieAt > COOKIE_AGAIN_MS;
        cookieAt = Date.now();
        const you = mayTry ? await cookiePerson() : null;
        if (!isEnded()) return;
        if (you?.id === me.id && you.role === me.role) return goOn(COOKIE);
        if (goToSignIn()) return;
        const { showSignIn } = await import('./sign-in.js');
        if (isEnded()) restore ??= showSignIn({ lead: 'signin.expired', onToken: become });
    });
    addEventListener('hashchange', () => {
        const next = linkToken({ location, history });
        if (next) become(next);
    });
    return { tellLeft: tabs.tellLeft };
}
