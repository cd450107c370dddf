import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInline, parseMarkup, withoutMarks } from '../state/markup.js';

const bold = (...parts) => ({ type: 'bold', parts });
const italic = (...parts) => ({ type: 'italic', parts });
const code = (text) => ({ type: 'code', text });
const link = (href, text = href) => ({ type: 'link', text, href });
const plain = (text) => [{ type: 'text', parts: text === '' ? [] : [text] }];

test('bold, italic and code, one within the other', () => {
    assert.deepEqual(parseInline('a **b** *c* _d_ `e`.'), [
        'a ', bold('b'), ' ', italic('c'), ' ', italic('d'), ' ', code('e'), '.']);
    assert.deepEqual(parseInline('**a *b* `c*`**'), [bold('a ', italic('b'), ' ', code('c*'))]);
    assert.deepEqual(parseInline('(*très* urgent)'), ['(', italic('très'), ' urgent)']);
});

const UNCHANGED = [
    '', 'Bonjour,\n\nle four est éteint.\n  Merci !\n', '2 * 3 * 4 = 24', '2*3*4', 'un_nom_de_fichier.txt',
    '__init__.py', '**', '***', '* ', '*', '_', '*.swift et *.js', '**/*.swift, **/*.js', '*/5 * * * *',
    'C:\\*\\_temp_x', 'tapez *100*2#', '> cité\n> encore', '`', '``', '``a``', '`pas fini', '[x]', '[x](y)',
    '[x] (y)', '[](y)', '- ', '-rien', '1.5 litre', '1.5', '12:30', '--',
    '```\npas fini', '*pas fini **non plus', 'http://', 'https://...', 'xhttps://a.fr', 'mailto:', 'mailto:personne',
    '\t*\t', '# titre', '| a | b |', 'a  b   c', '~rayé~',
];

test('what is not quite markup stays as it was written', () => {
    for (const text of UNCHANGED) assert.deepEqual(parseMarkup(text), plain(text), JSON.stringify(text));
});

test('addresses become links, without the point after them', () => {
    assert.deepEqual(parseInline('Voir https://a.fr/x_y_z?q=1&b=*2*.'), [
        'Voir ', link('https://a.fr/x_y_z?q=1&b=*2'), '*.']);
    assert.deepEqual(parseInline('(http://a.fr), **https://b.fr**'), [
        '(', link('http://a.fr'), '), ', bold(link('https://b.fr'))]);
    assert.deepEqual(parseInline('mailto:a@b.fr'), [link('mailto:a@b.fr')]);
});

test('an address keeps its own brackets, in any case, and ends where wide punctuation begins', () => {
    const wiki = 'https://fr.wikipedia.org/wiki/Lyon_(ville)';
    assert.deepEqual(parseInline(`Voir ${wiki}, (${wiki}).`), ['Voir ', link(wiki), ', (', link(wiki), ').']);
    assert.deepEqual(parseInline('https://a.fr/[1] https://a.fr/x].'), [
        link('https://a.fr/[1]'), ' ', link('https://a.fr/x'), '].']);
    for (const text of ['Https://a.fr', 'HTTPS://a.fr', 'HtTp://a.fr', 'MAILTO:a@b.fr', 'Mailto:a@b.fr']) {
        assert.deepEqual(parseInline(text), [link(text)]);
    }
    for (const end of '。、，．！？；：）」』】〉》～｡､') {
        assert.deepEqual(parseInline(`見てhttps://a.fr/x${end}次`), ['見て', link('https://a.fr/x'), `${end}次`], end);
    }
    assert.deepEqual(parseInline('_https://a.fr/x_'), [{ type: 'italic', parts: [link('https://a.fr/x')] }]);
    assert.deepEqual(parseInline('„https://a.fr“ – ⟨https://a.fr⟩'), ['„', link('https://a.fr'), '“ – ⟨', link('https://a.fr'), '⟩']);
    for (const end of '،؛؟۔।׃։።។။…‥’”“—‘«‹‼⁉‽՝') assert.deepEqual(parseInline(`https://a.fr${end}`), [link('https://a.fr'), end], end);
    for (const hidden of ['\u202e', '\u200b', '\u2066', '\ufeff', '\u061c', '\u180e', '\u3164', '\u{e0041}']) {
        assert.deepEqual(parseInline(`https://a.fr/x${hidden}gpj`)[0], link('https://a.fr/x'));
        assert.deepEqual(parseInline(`[x](https://a.fr/${hidden})`)[1].href, 'https://a.fr/');
    }
});

test('emphasis stands within texts that have no blanks between words', () => {
    for (const [before, word, after] of [
        ['这是', '重要', '的'], ['サーバー', '重要', 'です'], ['이것은', '중요', '합니다'], ['นี่', 'สำคัญ', 'มาก'], ['用', 'kubectl', '命令'],
    ]) {
        assert.deepEqual(parseInline(`${before}**${word}**${after}`), [before, bold(word), after]);
        assert.deepEqual(parseInline(`${before}*${word}*${after}`), [before, italic(word), after]);
    }
    for (const text of ['文件_名_称', 'a**b**c', '2**3**4']) assert.deepEqual(parseInline(text), [text]);
});

test('a link whose text is another address shows its own', () => {
    const shows = (text, href) => parseInline(`[${text}](${href})`)[0].text;
    for (const text of [
        'https://bank.fr', 'http://bank.fr/login', 'bank.fr', 'www.bank.fr', 'BANK.FR', '//bank.fr', 'Voir bank.fr',
        '«bank.fr»', '"bank.fr"', 'bank.fr!', 'bank.fr;', '→bank.fr→', 'x|bank.fr', 'https:⁄⁄bank.fr', '192.0.2.1', 'bank.fr*',
        'ｂａｎｋ.fr', 'b\u200bank.fr', 'bank。fr', 'moi@bank.fr', 'https://evil.fr.bank.fr', 'https://evil.fr/x',
    ]) assert.equal(shows(text, 'https://evil.fr/y'), 'https://evil.fr/y', text);
    for (const text of ['le guide', 'evil.fr', 'www.evil.fr', 'https://evil.fr/y', 'http://evil.fr/y/', 'e.g. ici', 'v2.0']) {
        assert.equal(shows(text, 'https://evil.fr/y'), text);
    }
    assert.equal(shows('paul@b.fr', 'mailto:eve@x.fr'), 'mailto:eve@x.fr');
    assert.equal(shows('paul@b.fr', 'mailto:paul@b.fr'), 'paul@b.fr');
    assert.deepEqual(parseInline('https://bank.fr@evil.fr/'), ['https://bank.fr@evil.fr/'], 'no link at all');
});

test('an address of mail is a mailbox and nothing that hides behind it', () => {
    for (const more of ['?bcc=e@x.fr', '?cc=e@x.fr&subject=x', '?subject=a%0Abcc:e@x.fr', '?body=x', '#x']) {
        assert.equal(parseInline(`mailto:a@b.fr${more}`)[0].href, 'mailto:a@b.fr');
        assert.equal(parseInline(`[écrire](mailto:a@b.fr${more})`)[0].href, 'mailto:a@b.fr');
    }
    for (const text of ['mailto:?to=a@b.fr', 'mailto:a@b.fr%0Abcc:e@x.fr']) {
        assert.ok(parseInline(text).every((part) => typeof part === 'string'), text);
    }
});

test('a link has a text and an address of its own', () => {
    assert.deepEqual(parseInline('[le **guide**](https://a.fr/b_(c))!'), [
        link('https://a.fr/b_(c)', 'le **guide**'), '!']);
    assert.deepEqual(parseInline('[écrire](mailto:a@b.fr)'), [link('mailto:a@b.fr', 'écrire')]);
});

test('only web and mail addresses become links', () => {
    const hostile = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', 'data:text/html,x',
        'vbscript:x', 'file:///etc/passwd', '//a.fr', '/chemin', '\x01javascript:x', 'java\tscript:x',
        'blob:https://a.fr/1', 'http://[', 'https://a.fr" onclick="x', 'mailto:x'];
    const hrefs = (parts) => parts.flatMap((part) => part.href ?? (part.parts ? hrefs(part.parts) : []));
    for (const href of hostile) {
        const found = hrefs(parseInline(`[x](${href}) **[y](${href})** ${href}`));
        for (const each of found) assert.match(each, /^(https?:\/\/|mailto:)[^\s"'<>]+$/, href);
        assert.ok(!found.some((each) => /script|data:|file:|onclick/i.test(each)), href);
    }
});

test('lists, numbered as they were, and code keep what is around them', () => {
    assert.deepEqual(parseMarkup('Avant\n- a\n- **b**\n  - c\nAprès\n'), [
        { type: 'text', parts: ['Avant'] },
        { type: 'list', isOrdered: false, items: [
            { number: null, level: 0, parts: ['a'] }, { number: null, level: 0, parts: [bold('b')] },
            { number: null, level: 1, parts: ['c'] }] },
        { type: 'text', parts: ['Après\n'] },
    ]);
    assert.deepEqual(parseMarkup('3. trois\n7) sept'), [{ type: 'list', isOrdered: true, items: [
        { number: 3, level: 0, parts: ['trois'] }, { number: 7, level: 0, parts: ['sept'] }] }]);
    assert.deepEqual(parseMarkup('a\n```js\nlet *x* = 1;\n\n- y\n```\nb'), [
        { type: 'text', parts: ['a'] }, { type: 'code', text: 'let *x* = 1;\n\n- y' }, { type: 'text', parts: ['b'] }]);
});

test('an excerpt has the words without the marks', () => {
    assert.equal(withoutMarks('Voici : ```sh ls -l ``` et ```'), 'Voici : ls -l et');
    assert.equal(withoutMarks('**Bonjour** `ls` [ici](https://a.fr) 2 * 3 **coupé'), 'Bonjour ls ici 2 * 3 **coupé');
});

/** The shown text, mark by mark, to check that nothing is lost. */
const shown = (parts) => parts.map((part) =>
    (typeof part === 'string' ? part : part.parts ? shown(part.parts) : part.text)).join('');

test('whatever the text, it is read in one pass and nothing of it is lost', () => {
    const pieces = ['*', '**', '_', '`', '[', '](', ')', '[x](', 'http://[/', 'http://', 'mailto:', '(', '\n', ' ',
        'a', '- ', '1. ', '```\n', '```js\n', '[](https://a', '*a ', '_b', ' **c', '`` ', 'https://a.fr)', '~', '<b>'];
    const texts = pieces.map((piece) => piece.repeat(Math.ceil(200_000 / piece.length)));
    let state = 7;
    const random = (n) => (state = (state * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 300; round += 1) {
        texts.push(Array.from({ length: 60 }, () => pieces[random(pieces.length)]).join(''));
    }
    const letters = (text) => text.replace(/[^a-z<>]/g, '');
    const began = performance.now();
    for (const text of texts) {
        const all = parseMarkup(text).map((block) => block.type === 'list'
            ? block.items.map(({ parts }) => shown(parts)).join('') : block.text ?? shown(block.parts)).join('\n');
        // The address of a link and the name of a code block are not shown.
        if (!text.includes('](') && !text.includes('```')) assert.equal(letters(all), letters(text));
    }
    // The limit is many times the usual time, so that only a quadratic cost exceeds it, not a busy
    // machine.
    assert.ok(performance.now() - began < 60_000);
});
