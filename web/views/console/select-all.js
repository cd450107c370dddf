// "Select all 214 matching": if the hub has more tickets than the list has loaded, the rest is
// fetched page by page, through the same filter.

import { number, t } from '../../i18n/index.js';
import { h, say } from '../parts/dom.js';

const PAGE = 200;

export class SelectAll {
    #turn = 0;

    /** @param {import('../../app.js').App} app @param {import('../queue/queue-list.js').QueueList} list */
    constructor(app, list) {
        Object.assign(this, { app, list });
        this.button = h('button', {
            class: 'link-button', type: 'button', testid: 'select-all', on: { click: () => this.#collect() },
        });
        this.said = h('span', { testid: 'select-progress' });
        this.cancel = h('button', {
            class: 'link-button', type: 'button', t: 'create.cancel', on: { click: () => this.hide() },
        });
        this.element = h('p', { class: 'bulk-all', hidden: true }, this.button, this.said, this.cancel);
    }

    hide() {
        this.#turn += 1;
        this.element.hidden = true;
    }

    /** Called after all loaded rows were selected: checks whether there are more. */
    async offer() {
        this.hide();
        const asked = this.list.source.asked();
        if (!asked) return;
        const turn = this.#turn;
        try {
            const { counts } = await this.app.api.tickets({ ...asked.query, limit: 1 });
            const n = asked.query.status.reduce((sum, name) => sum + (counts.status[name] ?? 0), 0);
            if (turn !== this.#turn || n <= this.list.order.length) return;
            this.total = n;
            say(this.button, asked.isExact ? ['bulk.all', { n }] : 'bulk.allUncounted');
            this.#show(true);
            this.app.announcer.say(this.button.textContent);
        } catch {
            // Without an answer only the loaded rows can be selected.
        }
    }

    #show(isOffer) {
        this.element.hidden = false;
        this.button.hidden = !isOffer;
        this.said.hidden = this.cancel.hidden = isOffer;
    }

    async #collect() {
        const asked = this.list.source.asked();
        const turn = ++this.#turn;
        const snapshots = [];
        let [cursor, seen] = [undefined, 0];
        this.#show(false);
        this.cancel.focus();
        try {
            do {
                this.said.textContent = `${number(seen)} / ${number(Math.max(seen, this.total))}`;
                const page = await this.app.api.tickets({ ...asked.query, sort: '-createdAt', limit: PAGE, cursor });
                if (turn !== this.#turn) return;
                snapshots.push(...page.tickets.filter(asked.fits));
                seen += page.tickets.length;
                cursor = page.next;
            } while (cursor);
            this.hide();
            this.list.tickSnapshots(snapshots);
            this.app.announcer.say(t('bulk.count', { n: snapshots.length }));
        } catch (error) {
            if (turn === this.#turn) this.hide();
            this.app.toasts.error(error);
        }
    }
}
