// The form of a ticket opened by staff: for a client who called, or from a message about another
// matter.

import { dateTime, plainly, t } from '../../i18n/index.js';
import { addLateWords } from '../../i18n/late.js';
import { excerpt } from '../../sdk/ticket-head.js';
import { CreateForm } from '../portal/create-form.js';
import { loadStyle } from '../parts/load-style.js';
import { pick } from '../parts/pick.js';

addLateWords();

const TITLE_MIN = 5;

/**
 * @param {import('../../app.js').App} app
 * @param {{message: object, snapshot: object}} [of] the message that becomes a ticket, and its ticket
 * @returns {Promise<object|undefined>} the snapshot
 */
export async function openStaffForm(app, of = null) {
    const client = of ? of.snapshot.client : await chooseClient(app);
    if (!client) return undefined;
    // A ticket made from a message stays in the same project.
    const projects = of ? [{ id: of.snapshot.project }] : await app.api.projects().catch(() => []);
    await loadStyle('/styles/create.css');
    const created = new Promise((resolve) => {
        const form = new CreateForm(app, { projects, project: null, client, onCreated: resolve });
        if (of) fill(form, app, of);
        form.open();
        app.announcer.say(t('create.heading'));
    });
    if (!of) return created;
    const snapshot = await created;
    app.outbox.post(of.snapshot.id, { body: t('create.splitNote', { ref: snapshot.ref }), internal: true });
    return snapshot;
}

async function chooseClient(app) {
    const clients = await app.api.users('client').catch(() => []);
    return pick({
        label: 'create.forWhom', testid: 'pick-client',
        choices: clients.map((person) => ({ value: person, text: person.name, detail: person.id, icon: 'person' })),
    });
}

/** Its draft is separate from that of an empty form. */
function fill(form, app, { message, snapshot }) {
    form.store = `guichet.create.${app.me.id}.${snapshot.id}.${message.id}`;
    form.resume.hidden = true;
    const title = excerpt(message.body);
    form.title.value = title.length >= TITLE_MIN
        ? title
        : plainly('thread.followUpTitle', { ref: snapshot.ref, title: snapshot.title });
    const source = plainly('create.splitFrom', {
        ref: snapshot.ref, name: message.author.name, at: dateTime(message.at),
    });
    form.description.value = `${message.body}\n\n${source}`;
    for (const [name, code] of [['category', snapshot.category], ['priority', snapshot.priority]]) {
        const choice = form[name].querySelector(`input[value="${code}"]`);
        if (choice) choice.checked = true;
    }
}
