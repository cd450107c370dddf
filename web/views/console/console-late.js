// Parts of the console that are fetched on demand, so that the queue appears sooner. The thread is
// fetched as soon as the hub has answered.

import { h } from '../parts/dom.js';
import { fetchAhead } from '../parts/fetch-ahead.js';

const WANTED_LATER = [
    () => import('./side-panel.js'), () => import('./bulk-bar.js'), () => import('../parts/picker.js'),
    () => import('./palette.js'), () => import('./save-view.js'), () => import('./staff-form.js'),
    () => import('../thread/stale-dialog.js'), () => import('./keys-sheet.js'),
    () => import('../settings/preferences-sheet.js'), () => import('../parts/alerts.js'),
    () => import('../parts/connection-panel.js'), () => import('../parts/bell-list.js'),
    () => import('../queue/filter-menu.js'), () => import('../parts/sla-tip.js'), () => import('../thread/pictures.js'), () => import('../thread/long-text.js'),
];

export class LateParts {
    /** @param {import('./console-page.js').ConsolePage} page */
    constructor(page) {
        this.page = page;
        this.threadSlot = h('section', { class: 'thread' });
    }

    /** @returns {Promise<import('../thread/thread.js').Thread>} */
    async thread() {
        const [{ makeThread }, { QuickReplies }] = await Promise.all([
            import('./console-thread.js'), import('./quick-replies.js'),
        ]);
        const { page } = this;
        if (!page.thread) {
            page.quickReplies = new QuickReplies(page.app);
            page.thread = makeThread(page);
            this.threadSlot.replaceWith(page.thread.element);
            fetchAhead(WANTED_LATER);
        }
        return page.thread;
    }

    /** Fetches the side panel with the first ticket. @param {(panel: object) => void} use */
    async panel(use) {
        const { SidePanel } = await import('./side-panel.js');
        const { page } = this;
        if (!page.panel) {
            page.panel = new SidePanel(page.app, {
                set: (changes) => page.actions.set(page.thread.room.snapshot, changes),
                menus: page.menus,
                onClose: () => page.togglePanel(),
                others: (snapshot) => page.othersOf(snapshot),
                onOpen: (snapshot) => page.goTo(snapshot.ref),
                onTags: () => page.actions.act('tags', page.thread.room?.snapshot),
            });
            page.thread.element.after(page.panel.element);
        }
        use(page.panel);
    }

    /** Fetches the bulk bar with the first selection. */
    async ticked(how) {
        const { page } = this;
        if (!page.bulk && page.list.selection.size === 0) return;
        const { BulkBar } = await import('./bulk-bar.js');
        if (!page.bulk) {
            page.bulk = new BulkBar(page.app, page.list, {
                choose: (what, snapshots) => page.menus.choose(what, snapshots),
            });
            page.list.foot.append(page.bulk.element);
        }
        page.bulk.update(how);
    }

    async saveView() {
        const { saveView } = await import('./save-view.js');
        const { list, saved, app } = this.page;
        const { filters, sort, search } = list.bar;
        const view = await saveView(app, saved, {
            view: list.view, filters, text: search.value, sort: sort.value,
        });
        if (view) this.page.chooseSaved(view);
    }

    /** @param {object} [of] the source of the new ticket: `{message, snapshot}` */
    async create(of) {
        const { openStaffForm } = await import('./staff-form.js');
        const snapshot = await openStaffForm(this.page.app, of);
        if (snapshot) this.page.goTo(snapshot.ref);
    }
}
