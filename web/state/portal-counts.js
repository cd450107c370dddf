// How many tickets a client has in each group of the shown project: the hub's numbers if the page
// has not loaded all tickets.

import { HubCounts } from './hub-counts.js';
import { GROUP_STATUSES } from './ticket-source.js';

/** Emits `change`. */
export class PortalCounts {
    /** The shown project, if the client has several. */
    project = null;

    /** @param {object} api @param {{hasMore: boolean}} feed @param {import('./tickets.js').TicketList} list */
    constructor(api, feed, list) {
        Object.assign(this, { feed, list });
        this.hub = new HubCounts(api, () => this.#questions());
    }

    /** @returns {number|undefined} the hub's count of a group */
    of = (group) => this.hub.of(this.#name(group));

    refreshSoon() {
        if (this.feed.hasMore) this.hub.refreshSoon();
    }

    /** How many wait for the client. */
    get waiting() {
        const told = this.feed.hasMore ? this.of('waiting') : undefined;
        return told ?? [...this.list.snapshots.values()].filter(({ status, project }) =>
            status === 'waiting' && (this.project === null || project === this.project)).length;
    }

    #name = (group) => `${group} ${this.project ?? ''}`;

    #questions() {
        const query = this.project === null ? {} : { project: [this.project] };
        return new Map(Object.entries(this.feed.hasMore ? GROUP_STATUSES : {}).map(([group, statuses]) =>
            [this.#name(group), { query, statuses }]));
    }
}
