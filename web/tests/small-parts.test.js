// Token, route, drafts, typing, the form of a new ticket.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfter, toSearch } from '../net/api.js';
import { readClaims, takeToken, tokenFromPaste } from '../net/token.js';
import { TypingSignal } from '../net/typing-signal.js';
import { Drafts } from '../state/drafts.js';
import { LoadingDelay } from '../state/loading-delay.js';
import { readRoute, writeRoute } from '../state/route.js';
import { limitsOf } from '../state/limits.js';
import { problemsOf } from '../state/ticket-form.js';
import { changeEvent, FakeStorage, FakeTime, person } from './fake-hub.js';

const jwt = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

test('the token leaves the address and stays in the tab', () => {
    const storage = new FakeStorage();
    const seen = [];
    const history = { state: null, replaceState: (...args) => seen.push(args[2]) };
    assert.equal(
        takeToken({
            location: { hash: '#token=abc', pathname: '/client-portal', search: '?lang=en' },
            history,
            storage,
        }),
        'abc',
    );
    assert.deepEqual(seen, ['/client-portal?lang=en']);
    assert.equal(
        takeToken({ location: { hash: '', pathname: '/', search: '' }, history, storage }),
        'abc',
    );
});

test('claims are read as UTF-8, and a malformed token has no person', () => {
    assert.equal(readClaims(jwt({ sub: 'a', role: 'technicien', name: 'Zoé' })).name, 'Zoé');
    assert.equal(readClaims(jwt({ sub: 'a', role: 'technicien' })).role, 'technician');
    assert.equal(readClaims('nonsense'), null);
    assert.equal(readClaims(jwt({ role: 'client' })), null);
});

test('a pasted link is as good as its token', () => {
    assert.equal(tokenFromPaste(' https://hub.test/client-portal#token=a.b.c '), 'a.b.c');
    assert.equal(tokenFromPaste('a.b.c'), 'a.b.c');
});

test('the address keeps what it does not know', () => {
    assert.equal(
        writeRoute('?lang=en&ticket=T-1', { ticket: null, view: 'mine' }),
        '?lang=en&view=mine',
    );
    assert.equal(readRoute('?ticket=T-1042').ticket, 'T-1042');
    assert.equal(readRoute('').view, null);
});

test('a query leaves out what is empty and joins lists', () => {
    assert.equal(
        toSearch({ status: ['open', 'waiting'], q: '', cursor: null, limit: 5 }),
        'status=open%2Cwaiting&limit=5',
    );
});

test('a draft remembers where the log stood when it was begun', () => {
    const drafts = new Drafts(new FakeStorage(), 'me');
    drafts.write('t', 'reply', 'a', 4);
    drafts.write('t', 'reply', 'ab', 9);
    assert.deepEqual(drafts.read('t', 'reply'), { text: 'ab', baseSeq: 4 });
    drafts.write('t', 'reply', '', 9);
    assert.deepEqual(drafts.read('t', 'reply'), { text: '', baseSeq: 0 });
});

test('one\'s own events move the base, others\' do not', () => {
    const drafts = new Drafts(new FakeStorage(), 'me');
    drafts.write('t', 'reply', 'a', 4);
    drafts.advance('t', 'reply', changeEvent(5, person('me'), {}), 'me');
    assert.equal(drafts.read('t', 'reply').baseSeq, 5);
    drafts.advance('t', 'reply', changeEvent(6, person('nora'), {}), 'me');
    drafts.advance('t', 'reply', changeEvent(7, person('me'), {}), 'me');
    assert.equal(drafts.read('t', 'reply').baseSeq, 5);
});

test('typing is sent at most every three seconds, and its end once', () => {
    const time = new FakeTime();
    const told = [];
    const typing = new TypingSignal({
        tell: (on) => told.push(on),
        now: time.now,
        schedule: time.schedule,
    });
    for (let key = 0; key < 7; key += 1) {
        typing.touch();
        time.pass(500);
    }
    assert.deepEqual(told, [true, true]);
    time.pass(5000);
    typing.stop();
    assert.deepEqual(told, [true, true, false]);
});

test('a ticket needs a title and a description, within the limits of the hub', () => {
    const limits = limitsOf({ hello: { limits: { titleCharacters: 20, bodyBytes: 40 } } });
    const problemKeys = (values) => Object.values(problemsOf(values, limits)).map(({ key }) => key);
    assert.deepEqual(problemKeys({ title: 'abc', description: 'too short' }),
        ['invalid.titleShort', 'invalid.descriptionShort']);
    assert.deepEqual(problemKeys({ title: 'x'.repeat(21), description: 'é'.repeat(21) }),
        ['invalid.titleLong', 'invalid.descriptionLong']);
    assert.deepEqual(problemKeys({ title: '🖨️'.repeat(10), description: 'é'.repeat(20) }), []);
});

test('without a greeting, the limits are those of a hub by default', () => {
    assert.deepEqual(limitsOf({ hello: null }), limitsOf({ hello: { limits: {} } }));
    assert.equal(limitsOf({ hello: null }).uploadBytes, 0);
});

test('a placeholder comes after a while, and then stays for one', () => {
    const time = new FakeTime();
    const seen = [];
    const patience = new LoadingDelay(() => seen.push('shown'), { now: time.now, schedule: time.schedule });
    patience.begin();
    time.pass(140);
    assert.equal(patience.isOver(), true, 'what is there at once needs none');
    time.pass(1000);
    assert.deepEqual(seen, []);
    patience.begin();
    time.pass(160);
    assert.deepEqual(seen, ['shown']);
    assert.equal(patience.isOver(() => seen.push('over')), false);
    assert.equal(patience.isOver(() => seen.push('again')), false);
    time.pass(280);
    assert.deepEqual(seen, ['shown']);
    time.pass(20);
    assert.deepEqual(seen, ['shown', 'again'], 'the newest content, once');
    assert.equal(patience.isOver(), true);
});

test('how long to wait is a number of seconds or a date', () => {
    const now = Date.parse('2026-01-05T10:00:00Z');
    assert.equal(retryAfter('7'), 7);
    assert.equal(retryAfter('Mon, 05 Jan 2026 10:00:30 GMT', now), 30);
    assert.deepEqual([null, '', '0', 'soon', 'Mon, 05 Jan 2026 09:00:00 GMT'].map((each) =>
        retryAfter(each, now)), Array(5).fill(undefined));
});
