// Sound and browser notifications: off until chosen, and only after a gesture.

import { below } from '../../net/base.js';
import { eventOf, mayAlert } from '../../state/quiet.js';

const FREQUENCIES = { message: 660, status: 600, assignment: 520, sla: 880 };

let hasGesture = false;
for (const type of ['pointerdown', 'keydown']) {
    addEventListener(type, () => (hasGesture = true), { once: true, capture: true });
}

/** @param {import('../../state/preferences.js').Preferences} preferences @param {string} kind */
export function playSound(preferences, kind) {
    if (mayAlert(preferences, 'sounds', kind)) play(eventOf(kind), preferences.get('volume'));
}

/** Two soft tones, generated here: no file to fetch. */
export function play(name, volume) {
    if (!hasGesture || !globalThis.AudioContext) return;
    const context = new AudioContext();
    const gain = context.createGain();
    gain.gain.setValueAtTime(volume * 0.2, context.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.5);
    gain.connect(context.destination);
    for (const [index, ratio] of [1, 1.5].entries()) {
        const tone = context.createOscillator();
        tone.frequency.value = FREQUENCIES[name] * ratio;
        tone.connect(gain);
        tone.start(context.currentTime + index * 0.12);
        tone.stop(context.currentTime + 0.5);
    }
    setTimeout(() => context.close(), 1000);
}

/** Called only from a button. @returns {Promise<'granted'|'denied'|'default'|'absent'>} */
export const askToNotify = async () =>
    (globalThis.Notification ? Notification.requestPermission() : 'absent');

/** @param {{title: string, body: string, kind: string}} shown what it is about, and what happened */
export function notifyBrowser(preferences, { title, body, kind }, onClick) {
    if (!preferences.get('notifies') || globalThis.Notification?.permission !== 'granted') return;
    if (!mayAlert(preferences, 'notices', kind)) return;
    if (document.hasFocus()) return;
    const notification = new Notification(title, {
        body, tag: `${title} ${body}`, icon: below('/favicon.svg'), dir: 'auto',
    });
    notification.onclick = () => {
        window.focus();
        notification.close();
        onClick();
    };
}
