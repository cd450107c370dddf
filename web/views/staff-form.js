// A ticket opened by staff, for a client who called.

import { t } from '../i18n/index.js';
import { loadStyle } from './load-style.js';
import { pick } from './picker.js';
import { CreateForm } from './create-form.js';

/** @param {import('../app.js').App} app @returns {Promise<object|undefined>} the head */
export async function openStaffForm(app) {
    const clients = await app.api.users('client').catch(() => []);
    const client = await pick({
        label: 'create.forWhom', testid: 'pick-client',
        choices: clients.map((person) => ({ value: person, text: person.name, detail: person.id, icon: 'person' })),
    });
    if (!client) return undefined;
    const projects = await app.api.projects().catch(() => []);
    await loadStyle('/styles/create.css');
    return new Promise((resolve) => {
        new CreateForm(app, {
            projects, project: null, client, onCreated: resolve,
        }).open();
        app.announcer.say(t('create.heading'));
    });
}
