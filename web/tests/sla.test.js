import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNearOrLate, clockViews, slaView } from '../state/sla.js';
import { crossings } from '../state/sla-crossings.js';
import { belongs } from '../state/queue-views.js';
import { WorkCalendar } from '../state/work-calendar.js';

const NOW = Date.parse('2026-01-05T10:00:00Z');
const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const sla = (minutes, fields = {}) => ({
    targetHours: 24,
    deadlineAt: at(600),
    state: 'running',
    breached: false,
    firstResponse: { targetMinutes: 480, deadlineAt: at(minutes), metAt: null, breached: false },
    nextResponse: null, nextDue: { clock: 'firstResponse', deadlineAt: at(minutes) }, ...fields,
});
const state = (value) => slaView(value, NOW).state;

test('no target, no pill', () => {
    assert.equal(state(null), 'none');
    assert.equal(state({ state: 'none' }), 'none');
});

test('running: by share of the target and by time left', () => {
    assert.equal(state(sla(300)), 'ok');
    assert.equal(state(sla(120)), 'warn');
    assert.equal(state(sla(48)), 'critical');
    assert.equal(state(sla(-1)), 'breached');
});

test('of a short target only the share counts', () => {
    const short = (minutes) =>
        sla(minutes, { firstResponse: { targetMinutes: 30, deadlineAt: at(minutes) } });
    assert.deepEqual([29, 7, 2].map((minutes) => state(short(minutes))), [
        'ok',
        'warn',
        'critical',
    ]);
});

test('paused shows what is left, not what the wall clock says', () => {
    const view = slaView(
        sla(0, { state: 'paused', nextDue: null, deadlineAt: at(60), pausedAt: at(-30) }),
        NOW,
    );
    assert.deepEqual([view.state, view.ms], ['paused', 90 * 60_000]);
});

test('met and missed tell by how much', () => {
    const done = (state, minutes) =>
        slaView(sla(0, { state, resolvedAt: at(minutes), deadlineAt: at(0), nextDue: null }), NOW);
    assert.deepEqual([done('met', -20).state, done('met', -20).ms], ['met', 20 * 60_000]);
    assert.deepEqual([done('missed', 20).state, done('missed', 20).ms], ['missed', 20 * 60_000]);
});

test('the panel has each clock for itself', () => {
    const views = clockViews(
        sla(0, {
            firstResponse: {
                targetMinutes: 60,
                deadlineAt: at(30),
                metAt: at(-10),
                breached: false,
            },
        }),
        NOW,
    );
    assert.deepEqual(views.map(({ name, state: each }) => [name, each]), [
        ['firstResponse', 'met'],
        ['resolution', 'ok'],
    ]);
});

// Monday to Friday, nine to five; 2026-01-05 is a Monday.
const days = ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '17:00']]]);
const hours = new WorkCalendar(
    { name: 'bureau', timeZone: 'UTC', hours: Object.fromEntries(days) }, NOW);
const moment = (text) => Date.parse(`2026-01-${text}:00Z`);
const due = (deadline, fields = {}) => sla(0, {
    firstResponse: { targetMinutes: 240, deadlineAt: `2026-01-${deadline}:00Z`, metAt: null },
    nextDue: { clock: 'firstResponse', deadlineAt: `2026-01-${deadline}:00Z` }, ...fields,
});

test('within its hours a clock counts working time, and so do its levels', () => {
    const friday = slaView(due('12T09:30'), moment('09T16:00'), hours);
    assert.deepEqual([friday.state, friday.ms, friday.isWork], ['ok', 90 * 60_000, true]);
    assert.equal(slaView(due('12T09:10'), moment('09T16:55'), hours).state, 'critical');
    assert.equal(slaView(due('12T09:10'), moment('09T16:55')).isWork, false);
});

test('outside of its hours a clock is paused, and says until when', () => {
    const view = slaView(due('12T09:10'), moment('10T12:00'), hours);
    assert.deepEqual([view.state, view.reason, view.level], ['paused', 'hours', 'critical']);
    assert.deepEqual([view.ms, view.resumesAt], [10 * 60_000, moment('12T09:00')]);
    assert.equal(isNearOrLate(view), true, 'it is at risk all the same');
    assert.equal(slaView(due('12T09:10'), moment('12T09:11'), hours).state, 'breached');
});

test('a deadline that no working time leads to is counted by the wall', () => {
    const view = slaView(due('10T13:00'), moment('10T12:00'), hours);
    assert.deepEqual([view.state, view.ms, view.isWork], ['warn', 3_600_000, undefined]);
});

test('a clock that the client stopped keeps its working time', () => {
    const view = slaView(due('12T11:00', {
        state: 'paused', nextDue: null, pausedAt: '2026-01-09T16:00:00Z', deadlineAt: '2026-01-12T11:00:00Z',
    }), moment('10T12:00'), hours);
    assert.deepEqual([view.state, view.reason, view.ms], ['paused', undefined, 3 * 3_600_000]);
});

test('each clock of the panel rests with the others', () => {
    const views = clockViews(due('12T09:30', { deadlineAt: '2026-01-13T17:00:00Z' }), moment('10T12:00'), hours);
    assert.deepEqual(views.map(({ name, reason }) => [name, reason]), [
        ['firstResponse', 'hours'], ['resolution', 'hours']]);
});

test('a crossed deadline is announced in working hours only; the view of risks keeps the ticket', () => {
    const snapshot = { id: 't', status: 'open', sla: due('12T09:10') };
    const known = new Map();
    const told = (text) => crossings(known, [snapshot], moment(text), () => hours).map(({ state }) => state);
    assert.deepEqual([told('09T12:00'), told('10T12:00'), told('12T09:00')], [[], [], ['critical']]);
    assert.equal(belongs('risk', snapshot, 'me', moment('10T12:00'), undefined, () => hours), true);
    assert.equal(belongs('risk', snapshot, 'me', moment('10T12:00')), false, 'two days off, by the wall');
});
