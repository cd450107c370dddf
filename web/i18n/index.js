// Texts and numbers in the reader's language. Touches no document: the shell relabels the page on
// `change`.

import { Emitter } from '../sdk/parts.js';
import { en } from './en.js';
import { fr } from './fr.js';
import { isolated, isUnseen, withoutParts } from '../state/visible-text.js';

const CATALOGUES = { fr, en };

/** Adds the texts of a part that is fetched on its first use. */
export function addWords(words) {
    for (const code of Object.keys(CATALOGUES)) Object.assign(CATALOGUES[code], words[code]);
}

/** @typedef {'fr'|'en'} Language */

class LanguageChoice extends Emitter {
    /** @type {Language} */
    code = 'fr';

    set(code) {
        if (!CATALOGUES[code] || code === this.code) return;
        this.code = code;
        this.emit('change', code);
    }
}

export const language = new LanguageChoice();

/**
 * The first supported language of: address, saved choice, the person's locale, the browser's
 * languages; else French.
 */
export function chooseLanguage(candidates) {
    for (const candidate of candidates) {
        const code = candidate?.slice(0, 2).toLowerCase();
        if (CATALOGUES[code]) return code;
    }
    return 'fr';
}

/**
 * @param {string} key
 * @param {Record<string, string|number>} [params] `n` also chooses the plural
 */
export function t(key, params = {}) {
    const entry = CATALOGUES[language.code][key] ?? fr[key] ?? key;
    const text = typeof entry === 'string' ? entry : (entry[plural(params.n)] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (whole, name) =>
        params[name] === undefined
            ? whole
            : typeof params[name] === 'number'
            ? number(params[name])
            : shown(String(params[name])));
}

/** A sentence as the initial text of a field, which the reader may change and send. */
export const plainly = (key, params) => withoutParts(t(key, params));

/** Isolates the direction of names and titles in a sentence, and replaces invisible ones. */
const shown = (text) => (isUnseen(text) ? t('text.unseen') : isolated(text));

const formats = new Map();

/** The language with the region that the browser asks for: `en-GB` writes dates unlike `en-US`. */
export function localeOf(code, wanted = globalThis.navigator?.languages ?? []) {
    const regional = wanted.find((each) => each.slice(0, 3).toLowerCase() === `${code}-`);
    try {
        return Intl.getCanonicalLocales(regional ?? code)[0];
    } catch {
        return code;
    }
}

/** `Intl` objects are expensive to make: one per language and use. */
function format(name, make) {
    const id = `${language.code} ${name}`;
    if (!formats.has(id)) formats.set(id, make(localeOf(language.code)));
    return formats.get(id);
}

const plural = (n) => format('plural', (code) => new Intl.PluralRules(code)).select(n ?? 0);
const date = (name, options) => format(name, (code) => new Intl.DateTimeFormat(code, options));

export const number = (value) =>
    format('number', (code) => new Intl.NumberFormat(code)).format(value);
export const time = (at) =>
    date('time', { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
export const timeWithSeconds = (at) =>
    date('seconds', { timeStyle: 'medium' }).format(new Date(at));
export const dateTime = (at) =>
    date('dateTime', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
const weekTime = (at) =>
    date('weekTime', { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(new Date(at));
/** The name of a weekday, Monday first. */
export const weekday = (index) =>
    date('weekday', { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2026, 0, 5 + index)));

/** A calendar day without a time zone. */
export const longDate = (day) =>
    date('longDate', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
export const shortDate = (at) =>
    date('short', { day: 'numeric', month: 'short' }).format(new Date(at));

/** A calendar day, `2026-11-22`, independent of the browser's zone. */
export const shortDay = (day) =>
    date('shortDay', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** "aujourd'hui", "hier", "demain"; null for other days. */
function nearDay(at, now) {
    const days = daysUntil(at, now);
    return Math.abs(days) > 1 ? null : format('day', (code) =>
        new Intl.RelativeTimeFormat(code, { numeric: 'auto' })).format(days, 'day');
}

/** "Aujourd'hui", "hier", else the whole date. */
export function day(at, now = Date.now()) {
    const text = nearDay(at, now);
    if (text) return text.charAt(0).toLocaleUpperCase(language.code) + text.slice(1);
    return date('long', {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        year: 'numeric',
    }).format(new Date(at));
}

const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);
const daysUntil = (at, now) => Math.round((midnight(at) - midnight(now)) / 86_400_000);

const dayWord = (at, now) => nearDay(at, now) ?? date('dayWord', {
    weekday: 'short', day: 'numeric', month: 'short',
}).format(new Date(at));

/** "demain 12:54", "lun. 30 nov. 12:54"; another year: the date. */
export const when = (at, now) => (Math.abs(daysUntil(at, now)) > 180
    ? dateTime(at) : `${dayWord(at, now)} ${time(at)}`);

/** A promise: "aujourd'hui avant 12:54 (3 h)". */
export function dueBy(at, now) {
    const left = Date.parse(at) - now;
    const text = t('time.before', { day: dayWord(at, now), time: time(at) });
    return left > 0 && left < 86_400_000 ? `${text} (${span(left, { isShort: true })})` : text;
}

/** A future time: an hour if today, a day and hour if this week, else a date. */
export function soon(at, now) {
    const days = daysUntil(at, now);
    return days === 0 ? time(at) : days < 7 ? weekTime(at) : dateTime(at);
}

/** "à l'instant", "il y a 5 min", "il y a 3 h", then a date. */
export function relative(at, now) {
    const seconds = Math.round((Date.parse(at) - now) / 1000);
    if (seconds > -45 && seconds < 45) return t('time.now');
    const relativeTime = format('relative', (code) =>
        new Intl.RelativeTimeFormat(code, { style: 'short' }));
    if (seconds > -3600) return relativeTime.format(Math.round(seconds / 60), 'minute');
    if (seconds > -86_400) return relativeTime.format(Math.round(seconds / 3600), 'hour');
    if (seconds > -6 * 86_400) return relativeTime.format(Math.round(seconds / 86_400), 'day');
    return shortDate(at);
}

/**
 * 48 h or more `3 j 4 h`; from one hour `5 h 12`; below, `42:10`. Without `withDays` hours stay
 * hours, because two working days are not 48 hours.
 */
export function duration(ms, { withDays = true } = {}) {
    const seconds = Math.floor(ms / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const two = (value) => String(value).padStart(2, '0');
    if (withDays && hours >= 48) {
        return t('duration.days', { d: String(Math.floor(hours / 24)), h: String(hours % 24) });
    }
    if (hours >= 1) return t('duration.hours', { h: String(hours), m: two(minutes) });
    return `${two(minutes)}:${two(seconds % 60)}`;
}

/** A duration that does not tick: `45 s`, `51 min`, `2 h`, `5 h 12`; `isShort`: whole hours. */
export function span(ms, { isShort = false } = {}) {
    const seconds = Math.round(ms / 1000);
    const hours = Math.floor(seconds / 3600);
    if (hours >= 48 || (hours >= 1 && !isShort && seconds % 3600 >= 60)) return duration(ms);
    if (hours >= 1) return t('duration.hour', { h: String(Math.round(seconds / 3600)) });
    return seconds >= 60 ? `${Math.floor(seconds / 60)} min` : `${seconds} s`;
}

export const initials = (name) =>
    name.split(/[\s.\-_]+/).filter(Boolean).slice(0, 2).map((word) =>
        Array.from(word)[0].toLocaleUpperCase()).join('');
