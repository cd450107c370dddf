// The frame of both pages: brand, connection chip, language, theme, account. Landmarks are in the
// HTML.

import { language, t } from '../../i18n/index.js';
import { below } from '../../net/base.js';
import { writeRoute } from '../../state/route.js';
import { avatar } from './chips.js';
import { ConnectionChip } from './connection-chip.js';
import { h, isTyping, say } from './dom.js';
import { icon, reshape } from './icon.js';
import { onKey } from './keys.js';
import { currentTheme, nextTheme, toggleTheme } from './theme.js';

const THEME_ICONS = { system: 'half', light: 'sun', dark: 'moon' };

/** Fills the header. Without an app it has only language and theme. */
export function fillHeader(page, app = null) {
    const header = document.querySelector('header');
    const brand = h('a', { class: 'brand', href: below('/'), tLabel: 'app.name' },
        brandMark(),
        h('span', { class: 'brand-name', text: 'Guichet' }),
    );
    const tools = h('div', { class: 'header-tools' },
        app && new ConnectionChip(app).element,
        languageButton(),
        themeButton(),
        app && account(app),
    );
    header.replaceChildren(
        brand,
        page ? h('span', { class: 'page-name', t: page }) : '',
        h('div', { class: 'header-gap' }),
        tools,
    );
    say(document.querySelector('.skip-link'), 'skip');
    document.documentElement.lang = language.code;
    onKey(document, (event) => {
        if (
            event.key === 'd' &&
            !event.ctrlKey &&
            !event.metaKey &&
            !event.altKey &&
            !isTyping(event.target)
        ) {
            toggleTheme();
        }
    });
}

const SNAPSHOT_AFTER_MS = 400;
const askedSnapshots = new WeakMap();

/**
 * Only the hub computes clocks: after events that may change one, the snapshot is fetched again,
 * once for a burst.
 */
export function fetchSnapshot({ api }, room) {
    clearTimeout(askedSnapshots.get(room));
    askedSnapshots.set(room, setTimeout(async () => {
        try {
            const { messages, history: log, more, ...snapshot } = await api.ticket(room.id);
            room.setSnapshot(snapshot);
        } catch {
            // The known snapshot stays; the next event asks again.
        }
    }, SNAPSHOT_AFTER_MS));
}

/** Sets the title and the icon's dot, with the unread count, again after a change of language. */
export function keepTitle(describe) {
    const draw = () => {
        const { unread = 0, text } = describe();
        document.title = `${unread > 0 ? `(${unread}) ` : ''}${text} · ${t('app.name')}`;
        const href = below(unread > 0 ? '/favicon-unread.svg' : '/favicon.svg');
        const link = document.querySelector('link[rel="icon"]');
        if (link.getAttribute('href') !== href) link.setAttribute('href', href);
    };
    language.on('change', draw);
    draw();
    return draw;
}

/** The logo: a ticket window with an arch, a counter and a slip. */
function brandMark() {
    const mark = h('span', { class: 'brand-mark', 'aria-hidden': 'true' });
    mark.append(h('span', { class: 'brand-slip' }));
    return mark;
}

function languageButton() {
    const button = h('button', {
        class: 'tool-button',
        type: 'button',
        tLabel: 'menu.language',
        tTitle: 'menu.language',
        testid: 'language',
    });
    const draw = () => {
        button.textContent = language.code === 'fr' ? 'EN' : 'FR';
        document.documentElement.lang = language.code;
    };
    language.on('change', draw);
    button.addEventListener('click', () => {
        language.set(language.code === 'fr' ? 'en' : 'fr');
        // The choice replaces the language in the address.
        const search = writeRoute(location.search, { lang: null });
        history.replaceState(history.state, '', location.pathname + search);
        localStorage.setItem('guichet.language', language.code);
    });
    draw();
    return button;
}

function themeButton() {
    const svg = icon('half');
    const button = h('button', {
        class: 'tool-button',
        type: 'button',
        testid: 'theme',
        'aria-keyshortcuts': 'd',
        on: { click: nextTheme },
    },
        svg,
    );
    const draw = () => {
        const label = ['menu.theme', { name: t(`theme.${currentTheme()}`) }];
        reshape(svg, THEME_ICONS[currentTheme()]);
        say(button, label, 'aria-label');
        say(button, label, 'title');
    };
    document.addEventListener('themechange', draw);
    language.on('change', draw);
    draw();
    return button;
}

function account(app) {
    const { me } = app;
    const openPreferences = async () => {
        menu.open = false;
        const { showPreferences } = await import('../settings/preferences-sheet.js');
        showPreferences(app);
    };
    const menu = h('details', { class: 'account' },
        h('summary', { tLabel: ['menu.account', { name: me.name }], testid: 'account' },
            avatar(me).element,
        ),
        h('div', { class: 'account-menu' },
            h('p', { class: 'account-name', text: me.name }),
            h('p', { class: 'account-role', t: `role.${me.role}` }),
            h('button', {
                class: 'menu-item',
                type: 'button',
                testid: 'open-preferences',
                on: { click: openPreferences },
            },
                icon('sliders'),
                h('span', { t: 'pref.title' }),
            ),
            h('button', {
                class: 'menu-item',
                type: 'button',
                testid: 'sign-out',
                on: { click: () => app.signOut() },
            },
                icon('signOut'),
                h('span', { t: 'signin.out' }),
            )));
    document.addEventListener('click', (event) => {
        if (!menu.contains(event.target)) menu.open = false;
    });
    return menu;
}
