// Which events of the hub may sound or show a notification of the browser, and when none may.

/** Event to choose → the hub's kinds of notifications. */
const KINDS = {
    message: ['reply', 'note', 'mention', 'created'],
    status: ['resolved', 'change'],
    assignment: ['assigned'],
    sla: ['slaWarning', 'slaBreach'],
};

/** The events that a person may choose from; clients have neither assignments nor deadlines. */
export const eventsFor = (role) => (role === 'client' ? ['message', 'status'] : Object.keys(KINDS));

/** @returns {string|undefined} undefined for a kind that is not known */
export const eventOf = (kind) => Object.keys(KINDS).find((event) => KINDS[event].includes(kind));

const minutesOf = (text) => {
    const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(text) ?? [];
    return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
};

/** Quiet hours may cross midnight; without a beginning or an end there are none. */
function isInQuietHours(from, to, now) {
    const [begin, end] = [minutesOf(from), minutesOf(to)];
    if (begin === null || end === null || begin === end) return false;
    const minute = now.getHours() * 60 + now.getMinutes();
    return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
}

/** @param {import('./preferences.js').Preferences} preferences @param {Date} now by the person's own clock */
export const isQuiet = (preferences, now = new Date()) => now.getTime() < preferences.get('pausedUntil') ||
    isInQuietHours(preferences.get('quietFrom'), preferences.get('quietTo'), now);

/** @param {'sounds'|'notices'} how */
export const mayAlert = (preferences, how, kind, now = new Date()) =>
    preferences.get(how).includes(eventOf(kind)) && !isQuiet(preferences, now);
