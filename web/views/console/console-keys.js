// The actions of the console: one table for the keys and the palette.

import { toggleTheme } from '../parts/theme.js';

/** The palette is fetched on its first use. */
async function openPalette(page) {
    (await import('./palette.js')).openPalette(page);
}

/** @param {import('./console-page.js').ConsolePage} page @returns {import('../parts/shortcuts.js').Binding[]} */
export function consoleBindings(page) {
    const { list } = page;
    const snapshot = () => (list.grid.contains(document.activeElement) && list.focused()) ||
        (page.thread?.room?.snapshot ?? list.focused());
    const does = (action) => () => (list.selection.size > 0 && BULK[action]
        ? page.bulk?.buttons.querySelector(`[data-testid="bulk-${BULK[action]}"]`).click()
        : page.actions.act(action, snapshot()));
    return [
        { keys: ['?'], label: 'keys.help', run: () => page.shortcuts.showSheet() },
        { keys: ['Mod+k'], shown: 'Ctrl K', label: 'keys.palette', run: () => openPalette(page) },
        { keys: ['/'], label: 'keys.filter', run: () => list.filter.select() },
        { keys: ['j', 'ArrowDown'], shown: 'j ↓', label: 'keys.next', run: () => list.move(1) },
        { keys: ['k', 'ArrowUp'], shown: 'k ↑', label: 'keys.previous', run: () => list.move(-1) },
        { keys: ['Enter'], shown: '↵', label: 'keys.open', run: () => list.open(list.focused()) },
        { keys: ['Escape'], shown: 'Esc', label: 'keys.back', run: () => page.back() },
        { keys: ['x'], label: 'keys.select', run: () => snapshot() && list.tick(snapshot().id) },
        { keys: ['u'], label: 'keys.apply', run: () => list.applyHeld() },
        { keys: ['t'], label: 'keys.take', run: does('take'), inPalette: true },
        { keys: ['T'], shown: '⇧ t', label: 'keys.release', run: does('release'), inPalette: true },
        { keys: ['a'], label: 'keys.assign', run: does('assign'), inPalette: true },
        { keys: ['s'], label: 'keys.status', run: does('status'), inPalette: true },
        { keys: ['p'], label: 'keys.priority', run: does('priority'), inPalette: true },
        { keys: ['l'], label: 'keys.tags', run: does('tags'), inPalette: true },
        { keys: ['e'], label: 'keys.resolve', run: does('resolve'), inPalette: true },
        {
            keys: ['E'], shown: '⇧ e', label: 'keys.resolveNext', inPalette: true,
            run: () => page.resolveAndNext(snapshot()),
        },
        { keys: ['w'], label: 'keys.watch', run: does('watch'), inPalette: true },
        { keys: ['r'], label: 'keys.reply', run: () => page.write('reply'), inPalette: true },
        { keys: ['n'], label: 'keys.note', run: () => page.write('note'), inPalette: true },
        { keys: ['m'], label: 'keys.quickReplies', run: () => page.thread?.composer.openQuickReplies(), inPalette: true },
        { keys: ['i'], label: 'keys.panel', run: () => page.togglePanel(), inPalette: true },
        { keys: ['h'], label: 'keys.history', run: () => page.showHistory(), inPalette: true },
        { keys: ['.'], label: 'keys.copy', run: does('copy'), inPalette: true },
        { keys: ['c'], label: 'keys.create', run: () => page.late.create(), inPalette: true },
        { keys: ['g q'], label: 'keys.goQueue', run: () => page.go({ view: 'unassigned', panel: null, ticket: null }), inPalette: true },
        { keys: ['g m'], label: 'keys.goMine', run: () => page.go({ view: 'mine', panel: null, ticket: null }), inPalette: true },
        { keys: ['g r'], label: 'keys.goReports', run: () => page.go({ panel: 'reports', ticket: null }), inPalette: true },
        { keys: ['g s'], label: 'keys.goSettings', run: () => page.go({ panel: 'settings', ticket: null }), inPalette: true },
        { keys: ['g n'], label: 'keys.goBell', run: () => page.bell.toggle(), inPalette: true },
        { keys: ['d'], label: 'keys.theme', run: toggleTheme, inPalette: true },
        { keys: ['Mod+z'], shown: 'Ctrl Z', label: 'keys.undo', run: () => page.app.toasts.undo() },
        { keys: ['Mod+Enter'], shown: 'Ctrl ↵', label: 'keys.send' },
        { keys: ['Mod+Shift+Enter'], shown: 'Ctrl ⇧ ↵', label: 'keys.sendResolve' },
    ];
}

const BULK = { assign: 'assign', status: 'status', priority: 'priority', tags: 'tags' };
