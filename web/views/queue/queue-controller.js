// The last state of the queue, kept on this device: a page that opens without a network shows it,
// with its time. Deleted with the session.

import { OfflineTickets } from '../../state/offline-tickets.js';

const KEPT = 100;
const SAVE_EVERY_MS = 10_000;

export class QueueController {
    #timer = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {import('../../state/queue.js').Queue} queue
     * @param {import('../thread/away-banner.js').AwayBanner} away
     */
    constructor(app, queue, away) {
        Object.assign(this, { app, queue, away });
        this.kept = new OfflineTickets(localStorage, `queue.${app.me.id}`, KEPT);
        const { signOut } = app;
        app.signOut = () => {
            this.kept.clear();
            signOut();
        };
        queue.on('change', () => (this.#timer ??= setTimeout(() => this.#save(), SAVE_EVERY_MS)));
        addEventListener('pagehide', () => this.#save());
        import('../parts/offline-shell.js').then(({ keepShell }) => keepShell());
    }

    /** Nothing is loaded yet, and the hub is unreachable. */
    show() {
        const known = this.queue.isLoaded ? null : this.kept.read();
        if (!known) return;
        this.queue.show(known.snapshots);
        this.away.since = known.at;
    }

    #save() {
        clearTimeout(this.#timer);
        this.#timer = null;
        if (!this.app.connection.isLive || !this.queue.isLoaded) return;
        this.kept.save(this.queue.snapshots.values(), this.app.clock.now());
    }
}
