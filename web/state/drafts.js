// Unsent texts, per ticket and audience: kept over a change of ticket and over a reload of the tab.

const PREFIX = 'guichet.draft.';

export class Drafts {
    #tickets = null;
    /** The mode that was chosen last, by ticket. */
    #modes = new Map();
    /** Called when a ticket gets its first draft or loses its last. */
    onChange = () => {};

    constructor(storage, me) {
        this.storage = storage;
        this.prefix = `${PREFIX}${me}.`;
    }

    /** @returns {{text: string, baseSeq: number}} */
    read(ticket, mode) {
        try {
            const draft = JSON.parse(this.storage.getItem(this.nameOf(ticket, mode)) ?? 'null');
            if (typeof draft?.text === 'string') {
                return { text: draft.text, baseSeq: Number(draft.baseSeq) || 0 };
            }
        } catch {
            // An unreadable draft counts as none.
        }
        return { text: '', baseSeq: 0 };
    }

    /** The base is the newest `seq` when the first character was typed. */
    write(ticket, mode, text, newest) {
        if (text === '') return this.clear(ticket, mode);
        const known = this.read(ticket, mode);
        this.#store(ticket, mode, { text, baseSeq: known.text === '' ? newest : known.baseSeq });
    }

    /** The writer has seen, or caused, everything up to here. */
    rebase(ticket, mode, baseSeq) {
        const known = this.read(ticket, mode);
        if (known.text !== '') this.#store(ticket, mode, { ...known, baseSeq });
    }

    /**
     * The writer's own event advances the base, unless another person's event lies between.
     */
    advance(ticket, mode, event, me) {
        const { text, baseSeq } = this.read(ticket, mode);
        if (text !== '' && event.by?.id === me && event.prev === baseSeq) {
            this.rebase(ticket, mode, event.seq);
        }
    }

    clear(ticket, mode) {
        this.storage.removeItem(this.nameOf(ticket, mode));
        this.#changed(ticket, false);
    }

    /** Remembers the mode in which somebody writes in a ticket. */
    choose(ticket, mode) {
        this.#modes.set(ticket, mode);
    }

    /** The mode to begin with: of the only draft, else the last one, else the preferred one. */
    modeOf(ticket, preferred = 'reply') {
        const drafts = ['reply', 'note'].filter((mode) => this.read(ticket, mode).text !== '');
        return drafts.length === 1 ? drafts[0] : (this.#modes.get(ticket) ?? preferred);
    }

    /** @returns {Set<string>} the tickets with a draft, in any mode */
    tickets() {
        if (this.#tickets) return this.#tickets;
        const found = new Set();
        for (let index = 0; index < this.storage.length; index += 1) {
            const name = this.storage.key(index);
            if (!name.startsWith(this.prefix)) continue;
            found.add(name.slice(this.prefix.length, name.lastIndexOf('.')));
        }
        this.#tickets = found;
        return found;
    }

    /** Another tab has written. */
    refresh() {
        this.#tickets = null;
        this.onChange();
    }

    /** A changed draft does not change the list of tickets with drafts. */
    #changed(ticket, isKept) {
        if (this.#tickets?.has(ticket) !== isKept) this.refresh();
    }

    /** The key of a draft in the storage. */
    nameOf = (ticket, mode) => `${this.prefix}${ticket}.${mode}`;

    #store(ticket, mode, draft) {
        try {
            this.storage.setItem(this.nameOf(ticket, mode), JSON.stringify(draft));
            this.#changed(ticket, true);
        } catch {
            // A full storage loses the stored copy, not the text in the field.
        }
    }
}
