// The palette: finds every action and ticket by a few letters.

import { t } from '../../i18n/index.js';
import { addLateWords } from '../../i18n/late.js';
import { score } from '../../state/fuzzy.js';
import { QUEUE_VIEWS } from '../../state/queue-views.js';
import { isolated, nameOf, withoutParts } from '../../state/visible-text.js';
import { pick } from '../parts/picker.js';
import { nextTheme } from '../parts/theme.js';

addLateWords();

const RECENT = 'guichet.palette';
const RECENT_MAX = 6;
const FOUND_MAX = 20;
const WORDS_MAX = 200;

const asChoice = (item) => ({ ...item, value: item });
const inSection = (section, items) => items.map((item) => ({ ...item, section: `palette.section.${section}` }));
/** Letters that the shown text has not were said in the conversation: the row says so. */
const found = (item, query) => (score(withoutParts(`${item.text} ${item.detail}`), query) > 0 ? item
    : { ...item, detail: t('palette.said', { words: query }) });

/** Commands, tickets, views, people, quick replies; the last used come first. */
export async function openPalette(page) {
    const { app } = page;
    const commands = page.shortcuts.bindings.filter(({ inPalette }) => inPalette).map((binding) => ({
        id: binding.label, text: t(binding.label), keys: binding.shown ?? binding.keys[0], icon: 'bolt',
        run: binding.run,
    }));
    const views = QUEUE_VIEWS.map((view) => ({
        id: `view-${view}`, text: t(`view.${view}`), detail: t('queue.views'), icon: 'stack',
        run: () => page.go({ view, panel: null, ticket: null }),
    }));
    const asTicket = (snapshot) => ({
        id: snapshot.id, text: `${snapshot.ref} ${isolated(snapshot.title)}`, detail: nameOf(snapshot.client), icon: 'inbox',
        run: () => page.goTo(snapshot.ref),
    });
    const tickets = new Map(page.snapshots().map((snapshot) => [snapshot.id, asTicket(snapshot)]));
    const people = (await page.menus.people).map(({ id, name }) => ({
        id: `person-${id}`, text: name, detail: t('palette.ticketsOf'), icon: 'person',
        run: () => page.go({ view: 'all', assignee: id, panel: null }),
    }));
    if (page.thread?.room) await page.quickReplies.load();
    const replies = page.thread?.room ? page.quickReplies.list.map((reply) => ({
        id: `reply-${reply.id}`, text: reply.title, detail: t('keys.quickReplies'), icon: 'reply',
        run: () => page.thread.composer.insertQuickReply(reply),
    })) : [];
    const theme = { id: 'theme', text: t('palette.theme'), icon: 'half', run: nextTheme };
    const all = [
        ...inSection('actions', [...commands, ...views, theme]), ...inSection('tickets', [...tickets.values()]),
        ...inSection('people', people), ...inSection('replies', replies),
    ];
    const recent = JSON.parse(localStorage.getItem(RECENT) ?? '[]');
    const place = ({ id }) => (recent.includes(id) ? recent.indexOf(id) : RECENT_MAX);
    all.sort((a, b) => place(a) - place(b));
    const chosen = await pick({
        label: 'palette.label', testid: 'palette', choices: all.map(asChoice),
        ask: async (q) => (await app.api.tickets({ q: q.slice(0, WORDS_MAX), limit: FOUND_MAX })).tickets
            .map((snapshot) => asChoice(inSection('tickets', [found(asTicket(snapshot), q)])[0])),
    });
    if (!chosen) return;
    const next = [chosen.id, ...recent.filter((id) => id !== chosen.id)].slice(0, RECENT_MAX);
    localStorage.setItem(RECENT, JSON.stringify(next));
    app.announcer.say(chosen.text);
    chosen.run();
}
