// A client's projects: their order and their live numbers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProjectFeed } from '../net/project-feed.js';
import { WorkingHours } from '../net/working-hours.js';
import { Emitter } from '../sdk/guichet.js';
import { ServiceLevels } from '../state/service-levels.js';
import { orderProjects } from '../state/project-order.js';

const ids = (projects) => projects.map(({ id }) => id);
const PROJECTS = [
    { id: 'atelier', name: 'Atelier', lastActivityAt: '2026-01-01T10:00:00Z' },
    { id: 'boutique', name: 'Boutique', lastActivityAt: '2026-01-03T10:00:00Z' },
    { id: 'ecole', name: 'École', lastActivityAt: null },
];

test('the project where something happened last comes first', () => {
    assert.deepEqual(ids(orderProjects([], PROJECTS)), ['boutique', 'atelier', 'ecole']);
});

test('under a hand the cards keep their places, and a new one goes behind them', () => {
    const shown = ['ecole', 'atelier'];
    assert.deepEqual(ids(orderProjects(shown, PROJECTS, { isHeld: true })), ['ecole', 'atelier', 'boutique']);
    assert.deepEqual(ids(orderProjects(shown, PROJECTS)), ['boutique', 'atelier', 'ecole']);
});

test('a project is found without its accent, by every word', () => {
    assert.deepEqual(ids(orderProjects([], PROJECTS, { query: 'ecol' })), ['ecole']);
    assert.deepEqual(ids(orderProjects([], PROJECTS, { query: 'atelier nord' })), []);
});

function feed({ isSeen = () => true, answers = [] } = {}) {
    const timers = [];
    const asked = { count: 0 };
    const schedule = (run, ms) => {
        const timer = { run, ms };
        timers.push(timer);
        return () => timers.splice(timers.indexOf(timer), 1);
    };
    const app = {
        me: { projects: ['seul'] }, connection: new Emitter(), subscriptions: new Emitter(),
        api: { projects: async () => {
            asked.count += 1;
            const answer = answers.shift();
            if (!answer) throw new Error('nothing');
            return answer;
        } },
    };
    const made = new ProjectFeed(app, { isSeen, schedule });
    const run = async () => {
        await timers.shift().run();
    };
    return { made, app, asked, timers, run };
}

test('a burst of events is one question, and a quiet page asks now and then', async () => {
    const { made, app, asked, timers, run } = feed({ answers: [PROJECTS, [PROJECTS[0]]] });
    assert.deepEqual(await made.load(), PROJECTS);
    let told = null;
    made.on('change', (projects) => (told = projects));
    for (let count = 0; count < 5; count += 1) app.subscriptions.emit('event', {});
    assert.deepEqual(timers.map(({ ms }) => ms), [400]);
    await run();
    assert.equal(asked.count, 2);
    assert.deepEqual(told, [PROJECTS[0]]);
    assert.deepEqual(timers.map(({ ms }) => ms), [15_000]);
    await run();
    assert.deepEqual(made.projects, [PROJECTS[0]], 'without an answer the numbers stay');
});

test('what is not on screen is not requested', async () => {
    const { made, app, asked, timers, run } = feed({ isSeen: () => false, answers: [PROJECTS] });
    await made.load();
    app.subscriptions.emit('event', {});
    assert.deepEqual(timers.map(({ ms }) => ms), [15_000]);
    await run();
    assert.equal(asked.count, 1);
});

test('without an answer the projects are those of the token', async () => {
    assert.deepEqual(await feed().made.load(), [{ id: 'seul', name: 'seul' }]);
});

const calendars = [{ name: 'bureau', timeZone: 'UTC', hours: { mon: [['09:00', '17:00']] } }];

test('working hours are fetched where there are any, and again when they change', async () => {
    const answers = [
        { calendars: [], policies: [{ calendar: null }] },
        { calendars, policies: [{ calendar: 'bureau' }] },
        null,
        { calendars: [], policies: [] },
    ];
    let loads = 0;
    let changes = 0;
    const api = { sla: async () => answers.shift() ?? Promise.reject(new Error('404')) };
    const hours = new WorkingHours(api, async () => ((loads += 1), { ServiceLevels }));
    hours.on('change', () => (changes += 1));
    const name = () => hours.of({ priority: 'low' })?.name ?? null;
    const seen = [];
    for (let count = 0; count < 4; count += 1) {
        await hours.refresh(0);
        seen.push([name(), loads, changes]);
    }
    assert.deepEqual(seen, [[null, 0, 0], ['bureau', 1, 1], ['bureau', 1, 1], [null, 2, 2]]);
});
