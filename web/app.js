// What a signed-in page is made of: one connection, one API, one clock, and who is looking.

import { API } from './net/api.js';
import { LaterSocket } from './net/later-socket.js';
import { OutboxStore } from './net/outbox-store.js';
import { askForToken, offerToken } from './net/session-share.js';
import { Subscriptions } from './net/subscriptions.js';
import { TabLink } from './net/tab-link.js';
import { forgetToken, keepToken, readClaims, takeToken } from './net/token.js';
import { WorkingHours } from './net/working-hours.js';
import { Connection, Outbox, ServerClock, socketURL } from './sdk/guichet.js';
import { chooseLanguage, language } from './i18n/index.js';
import { Preferences } from './state/preferences.js';
import { Announcer } from './views/announcer.js';
import { fillHeader } from './views/shell.js';
import { showDenied, showSignIn } from './views/sign-in.js';
import { startTicker, tickAll } from './views/ticker.js';
import { Toasts } from './views/toasts.js';

/** @typedef {ReturnType<typeof makeApp>} App */

/** Sockets refused in a row before REST takes over. */
const REFUSALS_MAX = 5;

/**
 * Signs in and starts a page.
 * @param {{name: string, roles: string[], denied: object, start: (app: App) => void}} page
 */
export async function boot({ name, roles, denied, start }) {
    let token = takeToken({ location, history, storage: sessionStorage });
    if (!token && (token = await askForToken(roles))) keepToken(sessionStorage, token);
    const me = token ? readClaims(token) : null;
    setLanguage(me);
    if (!me) {
        fillHeader(name);
        return showSignIn({ onToken: signInWith });
    }
    if (!roles.includes(me.role)) {
        fillHeader(name);
        return showDenied(denied);
    }
    const app = makeApp(token, me);
    fillHeader(name, app);
    startTicker(app.clock);
    start(app);
    app.connection.open();
}

/** The address first, then what was chosen before, then the person's own, then the browser's. */
export function setLanguage(me) {
    const asked = new URLSearchParams(location.search).get('lang');
    language.set(
        chooseLanguage([
            asked,
            localStorage.getItem('guichet.language'),
            me?.locale,
            ...navigator.languages,
        ]),
    );
    document.documentElement.lang = language.code;
}

function makeApp(token, me) {
    const clock = new ServerClock();
    const announcer = new Announcer();
    const toasts = new Toasts(announcer);
    let current = token;
    const api = new API({ token: () => current });
    const preferences = new Preferences(localStorage);
    const tabs = new TabLink(token);
    const connection = new Connection({
        url: socketURL(location),
        token,
        clock,
        isRefused: () => api.isRefused(),
        // Where sockets never come up, REST carries the same frames.
        openSocket: (url, protocols, { refusals }) =>
            refusals >= REFUSALS_MAX && navigator.onLine && refusals % 2 === 1
                ? new LaterSocket(async () => {
                    const { RestSocket } = await import('./net/rest-socket.js');
                    return new RestSocket(api);
                })
                : tabs.open(url, protocols),
    });
    const subscriptions = new Subscriptions(connection);
    const outbox = new Outbox(connection, { storage: new OutboxStore(me.id) });
    const hours = new WorkingHours(api, () => import('./views/working-hours.js'));
    connection.on('hello', () => hours.refresh(clock.now()));
    hours.on('change', tickAll);
    offerToken(() => current, me.role);
    const signOut = () => {
        current = null;
        forgetToken(sessionStorage);
        location.reload();
    };
    connection.on('status', (status) => {
        if (status !== 'signed-out') return;
        forgetToken(sessionStorage);
        showSignIn({ lead: 'signin.expired', onToken: signInWith });
    });
    connection.on('expiring', () => toasts.show('conn.expiring', { tone: 'warn' }));
    addEventListener('hashchange', () => {
        const next = takeToken({ location, history, storage: sessionStorage });
        if (!next || next === current) return;
        if (readClaims(next)?.id !== me.id) return location.reload();
        current = next;
        keepToken(sessionStorage, next);
        connection.authenticate(next).then(() => toasts.show('conn.renewed'), (error) =>
            toasts.error(error));
    });
    addEventListener('online', () => connection.wake());
    addEventListener('offline', () => connection.networkLost());
    document.addEventListener('visibilitychange', () => document.hidden || connection.wake());
    return {
        me, clock, announcer, toasts, api, tabs, preferences, connection, subscriptions, outbox, hours,
        signOut,
    };
}

function signInWith(token) {
    keepToken(sessionStorage, token);
    location.reload();
}
