// The menus for one ticket or many: status, priority, person, tags.

import { t } from '../../i18n/index.js';
import { PRIORITIES } from '../../state/urgency.js';
import { h } from '../parts/dom.js';
import { pick } from '../parts/pick.js';

const STATUSES = ['open', 'in_progress', 'waiting', 'resolved', 'closed'];

/** Characters of a note that goes with a transfer; longer ones are written in the composer. */
const NOTE_MAX = 2000;

/** The list of staff is loaded again after this time. */
const STALE_MS = 60_000;

export class TicketMenus {
    #people = [];
    #loading = null;
    #askedAt = 0;

    /** @param {import('../../app.js').App} app */
    constructor(app) {
        this.app = app;
    }

    /** @returns {Promise<object[]>} the staff known to the hub */
    get people() {
        if (Date.now() - this.#askedAt > STALE_MS) {
            this.#askedAt = Date.now();
            this.#loading = this.#load();
        }
        return this.#loading;
    }

    async #load() {
        try {
            const [technicians, admins] = await Promise.all([
                this.app.api.users('technician'),
                this.app.api.users('admin'),
            ]);
            this.#people = [...technicians, ...admins];
        } catch {
            this.#askedAt = 0;  // the known people and oneself remain as choices
        }
        return this.#people;
    }

    /**
     * @param {string} what `status`, `priority`, `assign` or `tags`
     * @param {object[]} snapshots
     * @returns {Promise<{set: object, text: string, note?: string}|undefined>} `note`: what the
     *     change should say to the team
     */
    async choose(what, snapshots) {
        const choice = await this[`_${what}`](snapshots);
        return choice === undefined ? undefined : choice;
    }

    _status = (snapshots) => this.#field('status', STATUSES, snapshots);
    _priority = (snapshots) => this.#field('priority', PRIORITIES, snapshots);

    async #field(name, codes, snapshots) {
        const current = snapshots.length === 1 ? snapshots[0][name] : null;
        const value = await pick({
            label: `panel.${name}`, testid: `pick-${name}`,
            choices: codes.map((code) => ({
                value: code, text: t(`${name}.${code}`), isChecked: code === current,
                icon: name === 'priority' ? code : undefined,
            })),
        });
        if (value === undefined || value === current) return undefined;
        return { set: { [name]: value }, text: `${t(`panel.${name}`)} : ${t(`${name}.${value}`)}` };
    }

    async _assign(snapshots) {
        const { me } = this.app;
        const current = snapshots.length === 1 ? (snapshots[0].assignedTo?.id ?? null) : undefined;
        const others = (await this.people).filter(({ id }) => id !== me.id);
        const note = h('textarea', { class: 'field', rows: 2, dir: 'auto', maxlength: NOTE_MAX, testid: 'transfer-note' });
        const value = await pick({
            label: 'panel.assignee', testid: 'pick-assign',
            // Many tickets are reassigned without words: a note belongs to one.
            ...(snapshots.length === 1 ? { extra: note, extraLabel: 'assign.note' } : {}),
            choices: [
                { value: me.id, text: t('panel.me', { name: me.name }), isChecked: current === me.id },
                ...others.map(({ id, name }) => ({ value: id, text: name, isChecked: current === id })),
                { value: null, text: t('panel.nobody'), isChecked: current === null },
            ],
        });
        if (value === undefined || value === current) return undefined;
        const name = [me, ...others].find(({ id }) => id === value)?.name ?? t('panel.nobody');
        return {
            set: { assignedTo: value }, text: `${t('panel.assignee')} : ${name}`, note: note.value.trim(),
        };
    }

    /** Adds a tag, or removes it if all tickets have it. */
    async _tags(snapshots) {
        const known = [...new Set(snapshots.flatMap(({ tags }) => tags ?? []))].sort();
        const inAll = (tag) => snapshots.every(({ tags = [] }) => tags.includes(tag));
        const tag = await pick({
            label: 'panel.tags', testid: 'pick-tags',
            choices: known.map((each) => ({ value: each, text: each, isChecked: inAll(each) })),
            more: (query) => {
                const text = query.trim().toLowerCase();
                return text && !known.includes(text)
                    ? [{ value: text, text: t('tags.new', { tag: text }), icon: 'plus' }]
                    : [];
            },
        });
        if (tag === undefined) return undefined;
        const isLess = inAll(tag);
        const tags = isLess
            ? known.filter((each) => each !== tag)
            : [...new Set([...known, tag])];
        return { set: { tags }, text: t(isLess ? 'tags.removed' : 'tags.added', { tag }) };
    }
}
