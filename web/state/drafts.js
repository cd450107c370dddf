// What is being written, per ticket and audience: kept over a change of ticket and over a reload
// of the tab.

const PREFIX = 'guichet.draft.';

export class Drafts {
    constructor(storage, me) {
        this.storage = storage;
        this.prefix = `${PREFIX}${me}.`;
    }

    /** @returns {{text: string, baseSeq: number}} */
    read(ticket, mode) {
        try {
            const draft = JSON.parse(this.storage.getItem(this.#name(ticket, mode)) ?? 'null');
            if (typeof draft?.text === 'string') {
                return { text: draft.text, baseSeq: Number(draft.baseSeq) || 0 };
            }
        } catch {
            // What cannot be read is no draft.
        }
        return { text: '', baseSeq: 0 };
    }

    /** The base is where the log stood when the first character was typed. */
    write(ticket, mode, text, newest) {
        if (text === '') return this.clear(ticket, mode);
        const known = this.read(ticket, mode);
        this.#store(ticket, mode, { text, baseSeq: known.text === '' ? newest : known.baseSeq });
    }

    /** The writer has looked at everything up to here (or did it themselves). */
    rebase(ticket, mode, baseSeq) {
        const known = this.read(ticket, mode);
        if (known.text !== '') this.#store(ticket, mode, { ...known, baseSeq });
    }

    /**
     * An event of the writer's own moves the base along, as long as nothing of others lies
     * between.
     */
    advance(ticket, mode, event, me) {
        const { text, baseSeq } = this.read(ticket, mode);
        if (text !== '' && event.by?.id === me && event.prev === baseSeq) {
            this.rebase(ticket, mode, event.seq);
        }
    }

    clear(ticket, mode) {
        this.storage.removeItem(this.#name(ticket, mode));
    }

    #name = (ticket, mode) => `${this.prefix}${ticket}.${mode}`;

    #store(ticket, mode, draft) {
        try {
            this.storage.setItem(this.#name(ticket, mode), JSON.stringify(draft));
        } catch {
            // A full storage loses the copy, not the text in the field.
        }
    }
}
