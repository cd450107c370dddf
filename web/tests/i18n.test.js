import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { en as enFirst } from '../i18n/en.js';
import { enConsole } from '../i18n/en-console.js';
import { enHours } from '../i18n/en-hours.js';
import { enLate } from '../i18n/en-late.js';
import { enReports } from '../i18n/en-reports.js';
import { enSettings } from '../i18n/en-settings.js';
import { fr as frFirst } from '../i18n/fr.js';
import { frConsole } from '../i18n/fr-console.js';
import { frHours } from '../i18n/fr-hours.js';
import { frLate } from '../i18n/fr-late.js';
import { frReports } from '../i18n/fr-reports.js';
import { frSettings } from '../i18n/fr-settings.js';
import {
    chooseLanguage, dueBy, duration, initials, language, localeOf, relative, soon, span, t, when,
} from '../i18n/index.js';
import { modulesIn } from './module-list.js';

const fr = { ...frFirst, ...frConsole, ...frHours, ...frLate, ...frReports, ...frSettings };
const en = { ...enFirst, ...enConsole, ...enHours, ...enLate, ...enReports, ...enSettings };

const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('both catalogues have the same keys', () => {
    assert.deepEqual(Object.keys(en).sort(), Object.keys(fr).sort());
});

test('each text has the same placeholders, in every form and language', () => {
    for (const [key, entry] of Object.entries(fr)) {
        const texts = [...forms(entry), ...forms(en[key])].map(placeholders);
        for (const names of texts) assert.deepEqual(names, texts[0], key);
    }
});

test('plurals have both forms, in both languages', () => {
    for (const [key, entry] of Object.entries(fr)) {
        assert.equal(typeof entry, typeof en[key], key);
        if (typeof entry === 'object') {
            assert.deepEqual(
                [Object.keys(entry), Object.keys(en[key])],
                [['one', 'other'], ['one', 'other']],
                key,
            );
        }
    }
});

test('French has its no-break spaces', () => {
    for (const [key, entry] of Object.entries(fr)) {
        for (const text of forms(entry)) assert.doesNotMatch(text, / [;:!?»]|« /, key);
    }
});

test('every key that the code names exists', () => {
    const named = [
        /\b(?:t|tTitle|tLabel|tPlaceholder|label): \[?'([a-z]\w*\.[\w.]+)'/g,
        /\b(?:t|say|show)\((?:[\w.#]+, )?\[?'([a-z]\w*\.[\w.]+)'/g,
    ];
    let count = 0;
    for (const file of modulesIn('views')) {
        const source = readFileSync(new URL(`..${file}`, import.meta.url), 'utf8');
        for (const [, key] of named.flatMap((pattern) => [...source.matchAll(pattern)])) {
            assert.ok(key in fr, `${file}: ${key}`);
            count += 1;
        }
    }
    assert.ok(count > 100, `only ${count} keys were found`);
});

test('0 and 1 are singular in French, only 1 in English', () => {
    language.set('fr');
    assert.deepEqual([0, 1, 2].map((n) => t('queue.count', { n })), [
        '0 ticket',
        '1 ticket',
        '2 tickets',
    ]);
    language.set('en');
    assert.deepEqual([0, 1, 2].map((n) => t('queue.count', { n })), [
        '0 tickets',
        '1 ticket',
        '2 tickets',
    ]);
    language.set('fr');
});

test('durations change their shape at one hour and at forty-eight', () => {
    const minutes = (count) => count * 60_000;
    assert.deepEqual([minutes(42) + 10_000, minutes(312), minutes(76 * 60)].map(duration), [
        '42:10',
        '5 h 12',
        '3 j 4 h',
    ]);
});

test('working time is not written in days, whose length is unknown', () => {
    assert.equal(duration(76 * 3_600_000 + 300_000, { withDays: false }), '76 h 05');
});

test('what is to come is an hour, a day of this week, then a date', () => {
    const noon = new Date(2026, 10, 27, 12).getTime();
    const day = 86_400_000;
    assert.equal(soon(noon + 3_600_000, noon), '13:00');
    assert.match(soon(noon + 3 * day, noon), /^lun\.? 12:00$/);
    assert.match(soon(noon + 9 * day, noon), /6 déc/);
});

test('ages are words, then a date', () => {
    const now = Date.parse('2026-01-05T10:00:00Z');
    assert.equal(relative('2026-01-05T09:59:50Z', now), 'à l’instant');
    assert.match(relative('2026-01-05T09:55:00Z', now), /5/);
    assert.match(relative('2025-11-05T09:55:00Z', now), /nov/);
});

test('the region of the browser decides how dates are written, where its language is the same', () => {
    assert.equal(localeOf('en', ['fr-CA', 'en-GB', 'en-US']), 'en-GB');
    assert.equal(localeOf('fr', ['fr-CA', 'en-GB']), 'fr-CA');
    assert.equal(localeOf('fr', ['en-US', 'frr-DE']), 'fr');
    assert.equal(localeOf('en', ['en', 'en-???']), 'en');
});

test('what is over does not tick, and whole hours have no minutes', () => {
    assert.deepEqual([45_000, 51 * 60_000 + 26_000, 7_200_000, 18_720_000].map((ms) => span(ms)),
        ['45 s', '51 min', '2 h', '5 h 12']);
    assert.equal(span(11_000_000, { isShort: true }), '3 h');
});

test('a deadline is a day and an hour in words, with the time that is left', () => {
    const at = (text) => new Date(text).toISOString();
    const now = Date.parse(at('2026-11-29T09:54:00'));
    assert.match(dueBy(at('2026-11-29T12:54:00'), now), /^aujourd.hui avant 12:54 \(3 h\)$/);
    assert.match(dueBy(at('2026-11-30T09:00:00'), now), /^demain avant 09:00 \(23 h\)$/);
    assert.match(dueBy(at('2026-12-04T09:00:00'), now), /^ven. 4 déc. avant 09:00$/);
    assert.equal(when(at('2026-11-30T00:59:00'), now), 'demain 00:59');
    assert.match(when(at('2027-11-30T00:59:00'), now), /2027/);
    language.set('en');
    assert.match(dueBy(at('2026-11-29T12:54:00'), now), /^today before 12:54.* \(3h\)$/);
    language.set('fr');
});

test('the first language that we speak wins, else French', () => {
    assert.equal(chooseLanguage([null, 'en', 'fr']), 'en');
    assert.equal(chooseLanguage([undefined, 'de-DE', 'en-GB']), 'en');
    assert.equal(chooseLanguage(['de', 'it']), 'fr');
});

test('initials are at most two', () => {
    assert.deepEqual(['Amélie Fournier', 'lina', 'Jean-Luc de la Tour'].map(initials), [
        'AF',
        'L',
        'JL',
    ]);
});
