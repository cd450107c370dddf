// Signing out: in every tab, and nothing of the person stays on the device.

import { t } from '../../i18n/index.js';
import { addLateWords } from '../../i18n/late.js';
import { OutboxStore } from '../../net/outbox-store.js';
import { ask } from '../parts/dialog.js';
import { h } from '../parts/dom.js';

addLateWords();

/** What is kept for a person has the id in its name; these few do not. */
const OF_ANYBODY = ['guichet.palette', 'guichet.takenAt'];

const namesOf = ({ id }) => Object.keys(localStorage).filter((name) =>
    name.startsWith('guichet.') && (name.endsWith(`.${id}`) || name.includes(`.${id}.`)));

/** Texts that would be lost: drafts, a form, messages that are not sent. */
function unsentOf({ me, outbox }) {
    const drafts = namesOf(me).filter((name) => /^guichet\.(draft|create)\./.test(name));
    return drafts.length + outbox.all().filter(({ state }) => state !== 'sent').length;
}

/** @param {import('../../app.js').App} app @returns {Promise<boolean>} whether to sign out */
export async function maySignOut(app) {
    const n = unsentOf(app);
    if (n === 0) return true;
    const answer = await ask({
        label: 'signout.title', testid: 'sign-out-dialog',
        body: [h('p', { text: t('signout.lead', { n }) })],
        buttons: [
            { label: 'signout.stay', value: '', tone: 'primary', testid: 'sign-out-stay' },
            { label: 'signin.out', value: 'yes', testid: 'sign-out-leave' },
        ],
    });
    return answer === 'yes';
}

/** @param {import('../../app.js').App} app */
export async function eraseKept({ me, outbox }) {
    for (const name of [...namesOf(me), ...OF_ANYBODY]) localStorage.removeItem(name);
    const store = new OutboxStore(me.id);
    await Promise.all(outbox.all().map(({ key }) => store.remove(key))).catch(() => {});
}
