// The preferences for this device.

import { t, time } from '../../i18n/index.js';
import { addLateWords } from '../../i18n/late.js';
import { eventsFor } from '../../state/quiet.js';
import { askToNotify, play } from '../parts/alerts.js';
import { h, say } from '../parts/dom.js';
import { showSheet } from '../parts/dialog.js';

addLateWords();

const UNDO_CHOICES = [0, 5, 8, 15];
const PAUSE_MS = 3_600_000;
const MODES = { reply: 'composer.reply', note: 'composer.note' };

/** @param {import('../../app.js').App} app */
export function showPreferences({ preferences, me }) {
    const toggle = (name, key) => h('label', { class: 'switch' },
        h('input', {
            type: 'checkbox', checked: preferences.get(name), testid: `pref-${name}`,
            on: { change: ({ target }) => preferences.set(name, target.checked) },
        }), h('span', { t: key }));
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
    const mode = h('select', {
        class: 'field', id: 'first-mode', testid: 'pref-mode', on: { change: () => preferences.set('firstMode', mode.value) },
    }, ...Object.entries(MODES).map(([value, key]) =>
        h('option', { value, t: key, selected: value === preferences.get('firstMode') })));
    showSheet({
        label: 'pref.title', testid: 'preferences',
        body: [h('div', { class: 'preferences' },
            toggle('enterSends', 'pref.enterSends'),
            toggle('showsTyping', 'pref.showsTyping'),
            me.role !== 'client' && toggle('singleKeys', 'keys.single'),
            me.role !== 'client' && h('label', { class: 'pref-row', for: 'undo-seconds' },
                h('span', { t: 'pref.undo' }), undo),
            me.role !== 'client' && h('label', { class: 'pref-row', for: 'first-mode' },
                h('span', { t: 'pref.firstMode' }), mode),
            h('fieldset', { class: 'filter-field' }, h('legend', { class: 'label', t: 'pref.events' }),
                eventTable({ preferences, me }),
                h('label', { class: 'pref-row', for: 'volume' }, h('span', { t: 'pref.volume' }), volume),
                h('button', { class: 'button button-plain', type: 'button', t: 'pref.test', testid: 'sound-test',
                    on: { click: () => play('message', preferences.get('volume')) } }),
                quietHours(preferences), pause(preferences)),
            browserNotices(preferences))],
    });
}

/** One row for each event, one column for each way to tell of it. */
function eventTable({ preferences, me }) {
    const box = (how, name) => h('td', {}, h('label', { class: 'pref-box' }, h('input', {
        type: 'checkbox', checked: preferences.get(how).includes(name), testid: `${how.slice(0, -1)}-${name}`,
        tLabel: [`pref.${how}Of`, { name: t(`sound.${name}`) }],
        on: { change: ({ target }) => preferences.set(how, [
            ...preferences.get(how).filter((other) => other !== name), ...(target.checked ? [name] : []),
        ]) },
    })));
    return h('table', { class: 'pref-events' },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, h('span', { class: 'visually-hidden', t: 'pref.event' })),
            h('th', { scope: 'col', t: 'pref.sounds' }), h('th', { scope: 'col', t: 'pref.notices' }))),
        h('tbody', {}, ...eventsFor(me.role).map((name) => h('tr', {},
            h('th', { scope: 'row', t: `sound.${name}` }), box('sounds', name), box('notices', name)))));
}

function quietHours(preferences) {
    const field = (name) => h('input', {
        class: 'field', type: 'time', value: preferences.get(name), testid: `pref-${name}`,
        on: { change: ({ target }) => preferences.set(name, target.value) },
    });
    return h('div', { class: 'pref-quiet' }, h('span', { t: 'pref.quiet' }),
        h('label', {}, h('span', { t: 'pref.quietFrom' }), field('quietFrom')),
        h('label', {}, h('span', { t: 'pref.quietTo' }), field('quietTo')));
}

/** An hour without sounds and notifications, and the way back. */
function pause(preferences) {
    const button = h('button', { class: 'button button-plain', type: 'button', testid: 'pref-pause' });
    const draw = () => {
        const until = preferences.get('pausedUntil');
        say(button, until > Date.now() ? ['pref.resume', { time: time(until) }] : 'pref.pause');
    };
    button.addEventListener('click', () => {
        preferences.set('pausedUntil', preferences.get('pausedUntil') > Date.now() ? 0 : Date.now() + PAUSE_MS);
        draw();
    });
    draw();
    return button;
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
