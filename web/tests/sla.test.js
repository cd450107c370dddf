import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockViews, slaView } from '../state/sla.js';

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
