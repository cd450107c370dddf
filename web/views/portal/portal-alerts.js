// What the hub tells a client while they look elsewhere: a sound, a notification of the browser.

import { t } from '../../i18n/index.js';
import { notifyBrowser, playSound } from '../parts/alerts.js';

/** Words for what clients are told of; other kinds get a general text. */
const WORDS = ['reply', 'mention', 'resolved', 'change', 'created'];

/**
 * @param {import('../../app.js').App} app
 * @param {{onOpen: (ref: string) => void}} options
 */
export function listenForAlerts({ connection, preferences, tabs }, { onOpen }) {
    connection.on('notification', ({ kind, ref, params = {} }) => {
        // One tab tells of an event, and none of one's own.
        if (!tabs.isPrimary) return;
        playSound(preferences, kind);
        const word = t(`alert.${WORDS.includes(kind) ? kind : 'other'}`, { name: params.by?.name ?? '' });
        const title = [ref, params.title].filter(Boolean).join(' · ');
        notifyBrowser(preferences, { title, body: word, kind }, () => onOpen(ref));
    });
}
