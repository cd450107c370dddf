// Text of people within a page and within sentences: its own direction, and never invisible.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { language, plainly, t } from '../i18n/index.js';
import { roomLeft } from '../state/room-left.js';
import { inARow, isolated, isUnseen, nameOf, partsOf, withoutParts } from '../state/visible-text.js';

test('invisible text is recognised, whatever its characters', () => {
    const unseen = ['\u200b', '\u00a0', ' ', '\u3000', '\u2800', '\u3164', '\u115f\u1160', '\uffa0', '\u202e', '\u2066\u2069',
        '\ufeff', '\u00ad', '\u034f', '\u180e', '\ufe0f', '\u{e0001}\u{e0041}', '\u{e0100}', '\u0000', '\u200b \u200d\n'];
    for (const text of unseen) assert.equal(isUnseen(text), true, JSON.stringify(text));
    for (const text of ['', 'a', '\u200ba', '.', '👩\u200d🚀', '\u0301', '水', 'ـ']) {
        assert.equal(isUnseen(text), false, JSON.stringify(text));
    }
});

test('what runs from right to left, or turns, stands apart in a sentence', () => {
    for (const text of ['שלום', 'مرحبا', 'a\u202eb', 'ܐ', '\u200fx', '\u{1e900}']) {
        assert.equal(isolated(text), `\u2068${text}\u2069`);
    }
    for (const text of ['Zoé', 'T-1', 'привет', '水', '']) assert.equal(isolated(text), text);
    assert.equal(isolated('a\u2069\u202eb\u2067'), '\u2068a\u202eb\u2069', 'none closes the part from within');
    assert.equal(inARow(['דנה', '', null, 'Shop']), '\u2068דנה\u2069 · Shop');
    const parts = partsOf('A \u2068שלום\u2069 b');
    assert.deepEqual(parts.map(({ text, isApart }) => [text, isApart]), [['A ', false], ['שלום', true], [' b', false]]);
    assert.equal(withoutParts('A \u2068שלום\u2069 b'), 'A שלום b');
});

test('names and titles in sentences stand apart, in fields they are plain', () => {
    language.set('en');
    assert.match(t('overview.answered', { name: 'דנה', ref: 'T-1' }), /^\u2068דנה\u2069 replied to T-1$/);
    assert.equal(plainly('overview.answered', { name: 'דנה', ref: 'T-1' }), 'דנה replied to T-1');
    assert.equal(t('overview.answered', { name: '\u200b', ref: 'T-1' }), '(invisible text) replied to T-1');
    language.set('fr');
});

test('a person without a visible name is shown by the id', () => {
    assert.equal(nameOf({ id: 'ann', name: '' }), 'ann');
    assert.equal(nameOf({ id: 'ann', name: '\u200b' }), 'ann');
    assert.equal(nameOf({ id: 'ann', name: 'Ann' }), 'Ann');
    assert.equal(nameOf(null), '');
});

test('the remaining length is counted in characters, the limit in bytes', () => {
    assert.deepEqual(roomLeft('é'.repeat(9000), 16_384), { over: 808 });
    assert.deepEqual(roomLeft('a'.repeat(16_385), 16_384), { over: 1 });
    assert.deepEqual(roomLeft('a'.repeat(16_000), 16_384), { left: 384 });
    assert.deepEqual(roomLeft('é'.repeat(8000), 16_384), { left: 192 });
    assert.deepEqual(roomLeft('👩‍👩‍👧'.repeat(1000), 17_999), { over: 1 });
    assert.deepEqual(roomLeft('', 10), { left: 10 });
});
