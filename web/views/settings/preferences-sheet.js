// The preferences for this device.

import { addLateWords } from '../../i18n/late.js';
import { askToNotify, play, SOUNDS } from '../parts/alerts.js';
import { h, say } from '../parts/dom.js';
import { showSheet } from '../parts/dialog.js';

addLateWords();

const UNDO_CHOICES = [0, 5, 8, 15];

/** @param {import('../../app.js').App} app */
export function showPreferences({ preferences, me }) {
    const toggle = (name, key) => h('label', { class: 'switch' },
        h('input', {
            type: 'checkbox', checked: preferences.get(name), testid: `pref-${name}`,
            on: { change: ({ target }) => preferences.set(name, target.checked) },
        }), h('span', { t: key }));
    const sound = (name) => h('label', { class: 'switch' },
        h('input', {
            type: 'checkbox', checked: preferences.get('sounds').includes(name), testid: `sound-${name}`,
            on: { change: ({ target }) => preferences.set('sounds', target.checked
                ? [...preferences.get('sounds'), name]
                : preferences.get('sounds').filter((other) => other !== name)) },
        }), h('span', { t: `sound.${name}` }));
    const volume = h('input', {
        type: 'range', min: '0', max: '1', step: '0.1', value: preferences.get('volume'), id: 'volume',
        on: { input: () => preferences.set('volume', Number(volume.value)) },
    });
    const undo = h('select', { class: 'field', id: 'undo-seconds', testid: 'pref-undo' },
        ...UNDO_CHOICES.map((n) => h('option', {
            value: n, t: n === 0 ? 'pref.undoOff' : ['pref.undoSeconds', { n }],
            selected: n === preferences.get('undoSeconds'),
        })));
    undo.addEventListener('change', () => preferences.set('undoSeconds', Number(undo.value)));
    showSheet({
        label: 'pref.title', testid: 'preferences',
        body: [h('div', { class: 'preferences' },
            toggle('enterSends', 'pref.enterSends'),
            toggle('showsTyping', 'pref.showsTyping'),
            me.role !== 'client' && toggle('singleKeys', 'keys.single'),
            me.role !== 'client' && h('label', { class: 'pref-row', for: 'undo-seconds' },
                h('span', { t: 'pref.undo' }), undo),
            h('fieldset', { class: 'filter-field' }, h('legend', { class: 'label', t: 'pref.sounds' }),
                ...SOUNDS.map(sound),
                h('label', { class: 'pref-row', for: 'volume' }, h('span', { t: 'pref.volume' }), volume),
                h('button', { class: 'button button-plain', type: 'button', t: 'pref.test', testid: 'sound-test',
                    on: { click: () => play('message', preferences.get('volume')) } })),
            browserNotices(preferences))],
    });
}

/** Only this button asks for the browser's permission; a refusal is explained. */
function browserNotices(preferences) {
    const said = h('p', { class: 'hint', role: 'none' });
    const button = h('button', { class: 'button button-plain', type: 'button', testid: 'notify-ask' });
    const draw = (permission = globalThis.Notification?.permission ?? 'absent') => {
        const isOn = permission === 'granted' && preferences.get('notifies');
        say(button, isOn ? 'pref.notifyOff' : 'pref.notifyOn');
        button.disabled = permission === 'denied' || permission === 'absent';
        said.hidden = !button.disabled;
        if (button.disabled) say(said, `pref.notify.${permission}`);
    };
    button.addEventListener('click', async () => {
        if (preferences.get('notifies')) preferences.set('notifies', false);
        else preferences.set('notifies', (await askToNotify()) === 'granted');
        draw();
    });
    draw();
    return h('div', { class: 'pref-notify' }, button, said);
}
