// Actions on the selected rows. Each names the number of tickets first, shows its progress, and can
// be undone for ten seconds.

import { number } from '../../i18n/index.js';
import { addLateWords } from '../../i18n/late.js';
import { changeMany } from '../../net/bulk.js';
import { ask } from '../parts/dialog.js';
import { h, say } from '../parts/dom.js';
import { exportTickets } from '../parts/downloads.js';
import { icon } from '../parts/icon.js';
import { needsHub } from '../thread/needs-hub.js';
import { SelectAll } from './select-all.js';

addLateWords();

const UNDO_MS = 10_000;
/** Changes of more tickets than this need a confirmation. */
const ASKED_FROM = 5;

export class BulkBar {
    #isCancelled = false;

    /**
     * @param {import('../../app.js').App} app
     * @param {import('../queue/queue-list.js').QueueList} list
     * @param {{choose: (what: string, snapshots: object[]) => Promise<object|undefined>}} options
     */
    constructor(app, list, { choose }) {
        Object.assign(this, { app, list, choose });
        this.count = h('span', { class: 'bulk-count', testid: 'bulk-count' });
        const button = (what, shape, key) => needsHub(h('button', {
            class: 'button button-plain', type: 'button', testid: `bulk-${what}`,
            on: { click: () => this.#start(what) },
        }, icon(shape), h('span', { t: key })));
        this.buttons = h('div', { class: 'bulk-buttons' },
            button('assign', 'person', 'bulk.assign'), button('status', 'half', 'bulk.status'),
            button('priority', 'high', 'bulk.priority'), button('tags', 'tag', 'bulk.tags'),
            h('button', {
                class: 'button button-plain', type: 'button', testid: 'bulk-export',
                on: { click: () => exportTickets(app, this.list.chosen()) },
            }, icon('download'), h('span', { t: 'bulk.export' })));
        this.progress = h('div', { class: 'bulk-progress', hidden: true },
            (this.bar = h('progress', { max: '1', value: '0', tLabel: 'bulk.progressLabel' })),
            (this.done = h('span')),
            h('button', {
                class: 'link-button', type: 'button', t: 'create.cancel', testid: 'bulk-cancel',
                on: { click: () => (this.#isCancelled = true) },
            }));
        this.element = h('div', { class: 'bulk-bar', role: 'group', tLabel: 'bulk.label', hidden: true,
            testid: 'bulk-bar' },
            h('div', { class: 'bulk-top' }, this.count,
                h('button', { class: 'link-button', type: 'button', t: 'bulk.none', testid: 'bulk-none',
                    on: { click: () => list.untick() } })),
            (this.all = new SelectAll(app, list)).element, this.buttons, this.progress);
    }

    /** @param {{isAll?: boolean}} [how] `isAll`: every loaded row has just been selected */
    update({ isAll = false } = {}) {
        const n = this.list.selection.size;
        if (isAll) this.all.offer();
        else if (n < this.list.order.length) this.all.hide();
        const was = this.element.hidden ? 0 : this.said;
        this.element.hidden = n === 0;
        if (n === 0) return;
        say(this.count, ['bulk.count', { n }]);
        if (was !== n) this.app.announcer.say(this.count.textContent);
        this.said = n;
    }

    async #start(what) {
        const snapshots = this.list.chosen();
        const change = await this.choose(what, snapshots);
        if (!change) return;
        if (snapshots.length >= ASKED_FROM) {
            const answer = await ask({
                label: ['bulk.confirm', { n: snapshots.length }], testid: 'bulk-confirm',
                body: [h('p', { text: change.text })],
                buttons: [
                    { label: 'create.cancel', value: '' },
                    { label: 'bulk.do', value: 'yes', tone: 'primary', testid: 'bulk-do' },
                ],
            });
            if (answer !== 'yes') return;
        }
        await this.run(snapshots, change);
    }

    /** @param {object[]} snapshots @param {{set?: object, action?: string, text: string}} change */
    async run(snapshots, change) {
        this.#isCancelled = false;
        this.#show(0, snapshots.length);
        const { done, failed } = await changeMany(this.app, snapshots.map(({ id }) => id), change, {
            onProgress: (n) => this.#show(n, snapshots.length),
            isCancelled: () => this.#isCancelled,
        });
        this.progress.hidden = true;
        this.list.untick();
        const changed = snapshots.filter(({ id }) => done.includes(id));
        if (changed.length > 0) {
            this.app.toasts.show(['bulk.done', { n: changed.length }], {
                shownMs: UNDO_MS,
                action: change.set && { label: 'action.undo', run: () => this.#undo(changed, change.set) },
            });
        }
        if (failed.length > 0) this.#showFailures(snapshots, failed, change);
    }

    /** Restores each ticket's previous value. */
    async #undo(snapshots, set) {
        const groups = new Map();
        for (const snapshot of snapshots) {
            const before = Object.fromEntries(Object.keys(set).map((name) =>
                [name, name === 'assignedTo' ? (snapshot.assignedTo?.id ?? null) : snapshot[name]]));
            const key = JSON.stringify(before);
            groups.set(key, [...(groups.get(key) ?? []), snapshot.id]);
        }
        for (const [before, ids] of groups) await changeMany(this.app, ids, { set: JSON.parse(before) });
    }

    async #showFailures(snapshots, failed, change) {
        const rows = failed.map(({ id, code }) => {
            const snapshot = snapshots.find((each) => each.id === id);
            return h('li', {}, h('strong', { text: snapshot?.ref ?? id }), ' ', h('span', { t: `error.${code}` }));
        });
        const answer = await ask({
            label: ['bulk.failed', { n: failed.length }], testid: 'bulk-failures',
            body: [h('ul', { class: 'missed' }, ...rows)],
            buttons: [
                { label: 'close', value: '' },
                { label: 'retry', value: 'retry', tone: 'primary' },
            ],
        });
        if (answer === 'retry') {
            this.run(snapshots.filter(({ id }) => failed.some((each) => each.id === id)), change);
        }
    }

    #show(n, total) {
        this.progress.hidden = false;
        this.bar.max = total;
        this.bar.value = n;
        this.done.textContent = `${number(n)} / ${number(total)}`;
    }
}
