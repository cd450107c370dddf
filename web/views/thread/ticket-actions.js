// A technician's actions on a ticket, from a key, a row, a button or the palette. Each can be
// undone.

import { makeKey } from '../../sdk/parts.js';

const UNDO_OF = { take: 'release', release: 'take', resolve: 'reopen', reopen: 'resolve' };
const UNDO_MS = 10_000;
const BUSY_AFTER_MS = 300;

export class TicketActions {
    /**
     * @param {import('../../app.js').App} app
     * @param {import('./ticket-menus.js').TicketMenus} menus
     * @param {import('../../state/drafts.js').Drafts} drafts
     */
    constructor(app, menus, drafts) {
        Object.assign(this, { app, menus, drafts });
    }

    /** @param {string} action a command of the hub, a menu, or `watch` @param {object|null} snapshot */
    async act(action, snapshot) {
        if (!snapshot) return undefined;
        if (action !== 'copy' && this.#isAway()) return undefined;
        if (['status', 'priority', 'assign', 'tags'].includes(action)) {
            const change = await this.menus.choose(action, [snapshot]);
            return change && this.set(snapshot, change.set, change.note);
        }
        if (action === 'watch') return this.#watch(snapshot);
        if (action === 'copy') return this.#copy(snapshot);
        return this.#command(action, snapshot);
    }

    /**
     * Saves at once, with undo. A note goes with the change, as one event: nobody finds the one
     * without the other. It stays when the change is undone.
     * @param {string} [note] for the team
     * @returns {Promise<boolean>} whether it was saved
     */
    async set(snapshot, set, note = '', key = makeKey()) {
        if (this.#isAway()) return false;
        const before = Object.fromEntries(Object.keys(set).map((name) => [name, plain(name, snapshot[name])]));
        const again = () => this.set(snapshot, set, note, key);
        const done = await (note
            ? this.#send({ type: 'message', ticket: snapshot.id, body: note, internal: true, set, key }, again)
            : this.#update(snapshot, { set, key }, again));
        if (!done) {
            if (note) this.#keepNote(snapshot, note);
            return false;
        }
        if (note && this.drafts.read(snapshot.id, 'note').text === note) this.drafts.clear(snapshot.id, 'note');
        this.app.toasts.show(['action.changed', { ref: snapshot.ref }], {
            shownMs: UNDO_MS,
            action: { label: 'action.undo', run: () => this.#update(snapshot, { set: before }) },
        });
        return true;
    }

    /** The words of a refused transfer become a draft. */
    #keepNote({ id, seq }, note) {
        const { text } = this.drafts.read(id, 'note');
        // A second failure adds nothing.
        if (!text.endsWith(note)) this.drafts.write(id, 'note', text ? `${text}\n\n${note}` : note, seq);
    }

    /** A key shows the same reason as the disabled button. */
    #isAway() {
        if (this.app.connection.isLive) return false;
        this.app.toasts.show('away.reason', { tone: 'warn' });
        return true;
    }

    async #command(action, snapshot, key = makeKey()) {
        // A quick confirmation of a take shows no waiting.
        const slow = setTimeout(() => document.body.setAttribute('aria-busy', 'true'), BUSY_AFTER_MS);
        const done = await this.#update(snapshot, { action, key }, () => this.#command(action, snapshot, key));
        clearTimeout(slow);
        document.body.removeAttribute('aria-busy');
        if (!done) return;
        if (action === 'take') localStorage.setItem('guichet.takenAt', String(Date.now()));
        const said = { take: 'action.taken', resolve: 'action.resolved', release: 'action.released' }[action];
        if (!said) return;
        this.app.toasts.show([said, { ref: snapshot.ref }], {
            shownMs: UNDO_MS,
            action: { label: 'action.undo', run: () => this.#update(snapshot, { action: UNDO_OF[action] }) },
        });
    }

    #update(snapshot, change, again) {
        return this.#send({ type: 'update', ticket: snapshot.id, key: makeKey(), ...change }, again);
    }

    /** @param {() => Promise<any>} [again] the same command with the same key, and what follows it */
    async #send(frame, again = () => this.#send(frame)) {
        try {
            await this.app.connection.command(frame);
            return true;
        } catch (error) {
            this.app.toasts.error(error, { retry: again });
            return false;
        }
    }

    async #watch(snapshot) {
        const ids = (snapshot.watchers ?? []).map(({ id }) => id);
        const { id } = this.app.me;
        const isWatching = ids.includes(id);
        const watchers = isWatching ? ids.filter((each) => each !== id) : [...ids, id];
        if (!(await this.#update(snapshot, { set: { watchers } }))) return;
        this.app.toasts.show([isWatching ? 'action.unwatched' : 'action.watched', { ref: snapshot.ref }]);
    }

    async #copy({ ref }) {
        // Missing outside a secure context; there the reference can be selected instead.
        await navigator.clipboard?.writeText(ref).then(
            () => this.app.toasts.show(['action.copied', { text: ref }]), () => {});
    }
}

function plain(name, value) {
    if (name === 'assignedTo') return value?.id ?? null;
    if (name === 'watchers') return (value ?? []).map(({ id }) => id);
    return value;
}
