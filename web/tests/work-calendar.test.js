import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opening } from '../state/opening.js';
import { ServiceLevels } from '../state/service-levels.js';
import { WorkCalendar } from '../state/work-calendar.js';
import { zoneSegments } from '../state/zone-offsets.js';

const HOUR = 3_600_000;
const at = (text) => Date.parse(text);
const shown = (span) => span && [span.from, span.until].map((each) => new Date(each).toISOString().slice(0, 16));
const DAY = [['08:30', '12:00'], ['13:30', '18:00']];
const office = (fields = {}) => new WorkCalendar({
    name: 'bureau', timeZone: 'Europe/Paris', holidays: ['2026-12-25'],
    hours: { mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY }, ...fields,
}, at('2026-11-27T12:00Z'));

test('a break, an evening and a weekend are closed', () => {
    const hours = office();
    const open = ['2026-11-27T07:30Z', '2026-11-27T10:59:59Z', '2026-11-27T12:30Z', '2026-11-27T16:59Z'];
    const closed = ['2026-11-27T07:29:59Z', '2026-11-27T11:00Z', '2026-11-27T17:00Z', '2026-11-28T10:00Z'];
    assert.deepEqual(open.map((each) => hours.isOpen(at(each))), [true, true, true, true]);
    assert.deepEqual(closed.map((each) => hours.isOpen(at(each))), [false, false, false, false]);
});

test('the next opening passes over a weekend and a holiday', () => {
    const hours = office();
    assert.deepEqual(shown(hours.nextSpan(at('2026-11-27T17:00Z'))), ['2026-11-30T07:30', '2026-11-30T11:00']);
    assert.deepEqual(shown(hours.nextSpan(at('2026-12-24T18:00Z'))), ['2026-12-28T07:30', '2026-12-28T11:00']);
    assert.deepEqual(shown(hours.nextSpan(at('2026-11-27T09:00Z'))), ['2026-11-27T12:30', '2026-11-27T17:00']);
});

test('working time leaves out breaks, nights and days off', () => {
    const hours = office();
    assert.equal(hours.worked(at('2026-11-27T09:00Z'), at('2026-11-27T13:00Z')), 2.5 * HOUR);
    assert.equal(hours.worked(at('2026-11-27T16:00Z'), at('2026-11-30T08:30Z')), 2 * HOUR);
    assert.equal(hours.worked(at('2026-12-24T16:00Z'), at('2026-12-28T08:30Z')), 2 * HOUR);
    assert.equal(hours.worked(at('2026-11-28T09:00Z'), at('2026-11-29T09:00Z')), 0);
    assert.equal(hours.worked(at('2026-11-30T09:00Z'), at('2026-11-27T09:00Z')), 0);
});

test('what is far from the first layout is laid out when asked for', () => {
    const hours = office();
    const [from, until] = [at('2027-06-07T00:00Z'), at('2027-06-14T00:00Z')];
    assert.equal(hours.worked(from, until), 40 * HOUR);
    assert.equal(hours.worked(at('2025-06-02T00:00Z'), at('2025-06-09T00:00Z')), 40 * HOUR);
    assert.equal(hours.worked(at('1999-01-01T00:00Z'), at('1999-01-02T00:00Z')), 24 * HOUR);
});

test('an hour that the clocks skip is not worked, one that they repeat is worked twice', () => {
    const night = office({ hours: { sun: [['01:00', '04:00']] } });
    assert.equal(night.worked(at('2027-03-27T12:00Z'), at('2027-03-28T12:00Z')), 2 * HOUR);
    assert.equal(night.worked(at('2026-10-24T12:00Z'), at('2026-10-25T12:00Z')), 4 * HOUR);
    const shift = office({ hours: { sun: [['02:00', '03:00']] } });
    assert.equal(shift.worked(at('2027-03-27T12:00Z'), at('2027-03-28T12:00Z')), 0);
});

test('opening hours follow the clocks of their zone', () => {
    const hours = office();
    assert.equal(hours.isOpen(at('2026-10-23T06:30Z')), true, 'summer: 8:30 is 6:30 UTC');
    assert.equal(hours.isOpen(at('2026-10-26T06:30Z')), false);
    assert.equal(hours.isOpen(at('2026-10-26T07:30Z')), true, 'winter: 8:30 is 7:30 UTC');
});

test('zones change at the right second, on either half of the globe and by half hours', () => {
    const changes = (zone, from, until) => zoneSegments(zone, at(from), at(until)).map((each) =>
        [new Date(each.from).toISOString(), each.offset / HOUR]);
    assert.deepEqual(changes('Europe/Paris', '2026-10-01T00:00Z', '2026-11-01T00:00Z'), [
        ['2026-10-01T00:00:00.000Z', 2], ['2026-10-25T01:00:00.000Z', 1]]);
    assert.deepEqual(changes('Australia/Lord_Howe', '2026-09-20T00:00Z', '2026-10-20T00:00Z'), [
        ['2026-09-20T00:00:00.000Z', 10.5], ['2026-10-03T15:30:00.000Z', 11]]);
    assert.deepEqual(changes('Asia/Kathmandu', '2026-01-01T00:00Z', '2026-12-01T00:00Z'), [
        ['2026-01-01T00:00:00.000Z', 5.75]]);
});

test('two shifts that meet at midnight are one', () => {
    const always = office({ hours: Object.fromEntries(
        ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['00:00', '24:00']]])), holidays: [] });
    assert.equal(opening(always, at('2026-11-27T12:00Z')).state, 'always');
    const night = office({ hours: { fri: [['20:00', '24:00']], sat: [['00:00', '04:00']] } });
    assert.deepEqual(shown(night.openSpan(at('2026-11-28T01:00Z'))), ['2026-11-27T19:00', '2026-11-28T03:00']);
});

test('what is said of hours: open until, closed until, never', () => {
    const hours = office();
    assert.deepEqual(opening(hours, at('2026-11-27T09:00Z')), { state: 'open', at: at('2026-11-27T11:00Z') });
    assert.deepEqual(opening(hours, at('2026-11-27T20:00Z')), { state: 'closed', at: at('2026-11-30T07:30Z') });
    assert.deepEqual(opening(office({ hours: {} }), at('2026-11-27T20:00Z')), { state: 'never', at: null });
    assert.equal(opening(null, 0), null);
});

test('the first policy that matches decides, whatever comes after', () => {
    const levels = new ServiceLevels({
        calendars: [
            { name: 'bureau', timeZone: 'Europe/Paris', hours: { mon: DAY }, holidays: [] },
            { name: 'nuit', timeZone: 'Europe/Paris', hours: { sun: DAY } },
            { name: 'lune', timeZone: 'Moon/Tycho', hours: { mon: DAY } },
        ],
        policies: [
            { match: { priority: 'urgent' }, calendar: null },
            { match: { project: ['atelier', 'quai'], category: 'request' }, calendar: 'nuit' },
            { match: { project: 'lune' }, calendar: 'lune' },
            { calendar: 'bureau' },
        ],
    });
    const name = (priority, category, project) =>
        levels.calendarOf({ priority, category, project })?.name ?? null;
    assert.equal(name('urgent', 'request', 'atelier'), null);
    assert.equal(name('normal', 'request', 'atelier'), 'nuit');
    assert.equal(name('normal', 'incident', 'atelier'), 'bureau');
    assert.equal(name('normal', 'request', 'lune'), null, 'a zone that nobody knows');
    assert.equal(new ServiceLevels({}).calendarOf({ priority: 'low' }), null);
});
