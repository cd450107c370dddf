// Stores the outbox between pages: IndexedDB, one record for each message, so that tabs never
// overwrite each other's messages.

const STORE = 'items';

export class OutboxStore {
    #database;

    /** @param {string} person whose messages these are @param {IDBFactory} [factory] */
    constructor(person, factory = globalThis.indexedDB) {
        this.person = person;
        this.#database = open(factory);
    }

    /** @returns {Promise<object[]>} oldest first; empty if the browser stores nothing */
    async all() {
        const items = await this.#run('readonly', (store) => store.getAll());
        return (items ?? []).filter(({ person }) => person === this.person).sort((a, b) => a.at - b.at);
    }

    /** Written as a whole at each change of state; a page that closes meanwhile loses no record. */
    put(item) {
        return this.#run('readwrite', (store) => store.put({ ...item, person: this.person }));
    }

    remove(key) {
        return this.#run('readwrite', (store) => store.delete(key));
    }

    async #run(mode, action) {
        const database = await this.#database;
        if (!database) return null;
        return new Promise((resolve) => {
            const request = action(database.transaction(STORE, mode).objectStore(STORE));
            request.onsuccess = () => resolve(request.result);
            // A full or forbidden storage loses the stored copy, not the message in memory.
            request.onerror = () => resolve(null);
        });
    }
}

function open(factory) {
    if (!factory) return Promise.resolve(null);
    return new Promise((resolve) => {
        const request = factory.open('guichet.outbox', 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(null);
    });
}
