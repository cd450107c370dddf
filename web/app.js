// The shared objects of a signed-in page: one connection, one API, one clock, and the person.

import { API } from './net/api.js';
import { below } from './net/base.js';
import { watchHub } from './net/hub-watch.js';
import { LaterSocket } from './net/later-socket.js';
import { OutboxStore } from './net/outbox-store.js';
import { Subscriptions } from './state/subscriptions.js';
import { TabLink } from './net/tab-link.js';
import { COOKIE, forgetToken, keepToken } from './net/token.js';
import { WorkingHours } from './net/working-hours.js';
import { Connection, Outbox, ServerClock, socketURL } from './sdk/parts.js';
import { chooseLanguage, language } from './i18n/index.js';
import { Preferences } from './state/preferences.js';
import { Announcer } from './views/parts/announcer.js';
import { findSession, goToSignIn, leaveSession } from './views/session/session.js';
import { keepSession } from './views/session/session-keeper.js';
import { keepFocus } from './views/parts/focus-keeper.js';
import { fillHeader } from './views/parts/shell.js';
import { startTicker, tickAll } from './views/parts/ticker.js';
import { Toasts } from './views/parts/toasts.js';

/** @typedef {ReturnType<typeof makeApp>} App */

/** Sockets refused in a row before REST takes over. */
const REFUSALS_MAX = 5;

/**
 * Signs in and starts a page.
 * @param {{name: string, roles: string[], denied: object, start: (app: App) => void}} page
 */
export async function boot({ name, roles, denied, start }) {
    setLanguage(null);
    const { token, me } = await findSession(roles);
    setLanguage(me);
    if (!me) {
        fillHeader(name);
        return goToSignIn() || (await import('./views/session/sign-in.js')).showSignIn({ onToken: signInWith });
    }
    if (!roles.includes(me.role)) {
        fillHeader(name);
        return (await import('./views/session/sign-in.js')).showDenied(denied);
    }
    const app = makeApp(token, me);
    keepFocus();
    fillHeader(name, app);
    startTicker(app.clock);
    start(app);
    app.connection.open();
}

/** In this order: the address, the saved choice, the person's locale, the browser's language. */
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
    const tabs = new TabLink(token || `cookie ${me.id}`);
    const connection = new Connection({
        url: socketURL(location, below('')),
        token,
        clock,
        isRefused: () => api.isRefused(),
        // Without WebSockets, REST carries the same frames.
        openSocket: (url, protocols, { refusals }) =>
            refusals >= REFUSALS_MAX && navigator.onLine && refusals % 2 === 1
                ? new LaterSocket(async () => {
                    const { RestSocket } = await import('./net/rest-socket.js');
                    return new RestSocket(api, { openSocket: () => new WebSocket(url, protocols) });
                })
                : tabs.open(url, protocols),
    });
    const subscriptions = new Subscriptions(connection);
    const outbox = new Outbox(connection, { storage: new OutboxStore(me.id) });
    const hours = new WorkingHours(api, () => import('./views/parts/working-hours.js'));
    connection.on('hello', () => hours.refresh(clock.now()));
    hours.on('change', tickAll);
    /** Ends the session in this tab. */
    const leave = () => {
        leaveSession();
        current = null;
        forgetToken(sessionStorage);
        // What the page would keep as it closes is no longer wanted.
        connection.close();
        for (const list of app.keptLists) list.clear();
        if (!goToSignIn()) location.reload();
    };
    const signOut = async () => {
        const { eraseKept, maySignOut } = await import('./views/session/sign-out.js');
        if (connection.status !== 'signed-out' && !(await maySignOut(app))) return;
        session.tellLeft();
        await eraseKept(app);
        leave();
    };
    const session = keepSession({
        me, connection, toasts, signInWith, token: () => current, take: (next) => (current = next), leave,
    });
    watchHub(connection, { isUp: () => api.isUp() });
    // The site that set the cookie renews it; it is read again when it ends.
    connection.on('expiring', () => current === COOKIE || toasts.show('conn.expiring', { tone: 'warn' }));
    addEventListener('pagehide', () => outbox.handOver(api.handOver));
    addEventListener('online', () => connection.wake());
    addEventListener('offline', () => connection.networkLost());
    document.addEventListener('visibilitychange', () => document.hidden || connection.wake());
    const app = {
        me, clock, announcer, toasts, api, tabs, preferences, connection, subscriptions, outbox, hours,
        signOut, keptLists: [],
    };
    return app;
}

/** Reloads the page for the new person. */
function signInWith(token) {
    keepToken(sessionStorage, token);
    location.reload();
}
