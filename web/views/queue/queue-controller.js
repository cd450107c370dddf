// The last state of the queue, kept on this device: a page that opens without a network shows it,
// with its time. Deleted with the session (see `sign-out.js`).

import { OfflineTickets } from '../../state/offline-tickets.js';
import { keepList, keepShell } from '../parts/offline-shell.js';

/** The sheets of the places beside the queue. */
const LATE = ['/styles/settings.css', '/styles/reports.css'];
const KEPT = 100;

export class QueueController {
    /**
     * @param {import('../../app.js').App} app
     * @param {import('../../state/queue.js').Queue} queue
     * @param {import('../thread/away-banner.js').AwayBanner} away
     */
    constructor(app, queue, away) {
        Object.assign(this, { queue, away });
        this.kept = new OfflineTickets(localStorage, `queue.${app.me.id}`, KEPT);
        keepList(app, this.kept, queue);
        // After the queue, which needs the network first.
        const stop = app.connection.on('hello', () => {
            stop();
            keepShell(LATE);
        });
    }

    /** Nothing is loaded yet, and the hub is unreachable. */
    show() {
        const known = this.queue.isLoaded ? null : this.kept.read();
        if (!known) return;
        this.queue.show(known.snapshots);
        this.away.since = known.at;
    }
}
