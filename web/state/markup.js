// The light markup of messages: bold, italic, code, lists and links only. Incomplete markup stays
// as it was written. Each character is read a bounded number of times, whatever the text: see the
// hostile texts in the tests.

import { addressAt, isPretending, NOT_IN_TARGET, safeAddress, schemeAt } from './addresses.js';

/**
 * @typedef {string|{type: 'bold'|'italic', parts: Inline[]}|{type: 'code', text: string}|{type:
 *     'link', text: string, href: string}} Inline
 * @typedef {{type: 'text', parts: Inline[]}|{type: 'code', text: string}|{type: 'list', isOrdered:
 *     boolean, items: Array<{number: number|null, level: number, parts: Inline[]}>}} Block
 */

const ITEM = /^( {0,6})(?:([-*])|(\d{1,6})[.)]) +(?=\S)/;
const FENCE = '```';

/** @returns {Block[]} line breaks stay in the text, except those beside another kind of block */
export function parseMarkup(text) {
    const lines = text.split('\n');
    let lastFence = lines.length - 1;
    while (lastFence >= 0 && lines[lastFence].trim() !== FENCE) lastFence -= 1;
    const blocks = [];
    for (let at = 0; at < lines.length;) {
        const end = at < lastFence && opensCode(lines[at]) ? closingFence(lines, at + 1) : -1;
        if (end !== -1) {
            blocks.push({ type: 'code', text: lines.slice(at + 1, end).join('\n') });
            at = end + 1;
        } else at = readLine(lines, at, blocks);
    }
    return blocks;
}

const opensCode = (line) => {
    const mark = line.trim();
    return mark.startsWith(FENCE) && !mark.includes('`', FENCE.length);
};

function closingFence(lines, from) {
    for (let at = from; at < lines.length; at += 1) if (lines[at].trim() === FENCE) return at;
    return -1;
}

function readLine(lines, at, blocks) {
    const line = lines[at];
    const last = blocks.at(-1);
    const item = ITEM.exec(line);
    if (item) {
        const [mark, indent, , digits] = item;
        const isOrdered = digits !== undefined;
        const isNext = last?.type === 'list' && last.isOrdered === isOrdered;
        const list = isNext ? last : { type: 'list', isOrdered, items: [] };
        if (!isNext) blocks.push(list);
        list.items.push({
            number: isOrdered ? Number(digits) : null,
            level: Math.min(2, indent.length >> 1),
            parts: parseInline(line.slice(mark.length)),
        });
    } else if (last?.type === 'text') append(last.parts, ['\n', ...parseInline(line)]);
    else blocks.push({ type: 'text', parts: parseInline(line) });
    return at + 1;
}

/** Joins neighbouring texts. */
function append(parts, more) {
    for (const part of more) {
        if (part === '') continue;
        if (typeof part === 'string' && typeof parts.at(-1) === 'string') {
            parts[parts.length - 1] += part;
        } else parts.push(part);
    }
}

const TYPES = { '**': 'bold', '*': 'italic', '_': 'italic' };
/** Characters at which emphasis neither begins nor ends: `*.js` and `a/*` are file names. */
const NOT_AFTER_OPENING = /[\s./\\,;:!?)\]}»]/;
const NOT_BEFORE_CLOSING = /[\s/\\([{«]/;
const WORD = /[\p{L}\p{N}_]/u;
/** Scripts without spaces between words: marks and addresses stand within the text. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;

const isWord = (char) => char !== undefined && WORD.test(char);
const isSpacedWord = (char) => isWord(char) && !UNSPACED.test(char);
/** An address may begin after the underscore of an emphasis, but not within a word. */
const isLetter = (char) => char !== '_' && isSpacedWord(char);

/** Reads one line from left to right. Open emphasis is a stack, at most three deep. */
class InlineReader {
    #line;
    #at = 0;
    #plainFrom = 0;
    #stack = [{ mark: '', parts: [] }];
    /** The next position of each mark; searched again only once it is passed. */
    #next = { '`': -1, ']': -1, '[': -1 };

    constructor(line) {
        this.#line = line;
    }

    read() {
        while (this.#at < this.#line.length) this.#step();
        this.#flush(this.#line.length);
        while (this.#stack.length > 1) this.#unwind();
        return this.#stack[0].parts;
    }

    /** Every branch advances `at`; a mark without meaning stays in the plain text. */
    #step() {
        switch (this.#line[this.#at]) {
            case '`': return this.#code();
            case '*': case '_': return this.#emphasis();
            case '[': return this.#link();
            case 'h': case 'H': case 'm': case 'M': return this.#address();
            default: this.#at += 1;
        }
    }

    #flush(end) {
        append(this.#stack.at(-1).parts, [this.#line.slice(this.#plainFrom, end)]);
    }

    /** Adds a part that ends before `end`, after the plain text before it. */
    #put(part, end) {
        this.#flush(this.#at);
        append(this.#stack.at(-1).parts, [part]);
        this.#at = this.#plainFrom = end;
    }

    /** Emphasis that was never closed becomes text. */
    #unwind() {
        const { mark, parts } = this.#stack.pop();
        append(this.#stack.at(-1).parts, [mark, ...parts]);
    }

    #find(char, from) {
        if (this.#next[char] < from) {
            const found = this.#line.indexOf(char, from);
            this.#next[char] = found === -1 ? Infinity : found;
        }
        return this.#next[char];
    }

    #run() {
        let end = this.#at + 1;
        while (this.#line[end] === this.#line[this.#at]) end += 1;
        return end - this.#at;
    }

    #code() {
        const length = this.#run();
        const from = this.#at + length;
        const end = length === 1 ? this.#find('`', from) : Infinity;
        const text = end === Infinity ? '' : this.#line.slice(from, end);
        if (text.trim() === '' || this.#line[end + 1] === '`') this.#at = from;
        else this.#put({ type: 'code', text }, end + 1);
    }

    #emphasis() {
        const length = this.#run();
        const mark = this.#line.slice(this.#at, this.#at + length);
        const end = this.#at + length;
        const [before, after] = [this.#line[this.#at - 1], this.#line[end]];
        const isOpen = this.#stack.some((each) => each.mark === mark);
        // File names have underscores in every script.
        const isBeside = mark.startsWith('*') ? isSpacedWord : isWord;
        const closes = before !== undefined && !NOT_BEFORE_CLOSING.test(before) && !isBeside(after);
        const opens = after !== undefined && !NOT_AFTER_OPENING.test(after) && !isBeside(before);
        if (!TYPES[mark] || !(isOpen ? closes : opens)) this.#at = end;
        else if (isOpen) this.#close(mark, end);
        else {
            this.#flush(this.#at);
            this.#stack.push({ mark, parts: [] });
            this.#at = this.#plainFrom = end;
        }
    }

    #close(mark, end) {
        this.#flush(this.#at);
        this.#plainFrom = this.#at;
        while (this.#stack.at(-1).mark !== mark) this.#unwind();
        const { parts } = this.#stack.pop();
        this.#put({ type: TYPES[mark], parts }, end);
    }

    #link() {
        const from = this.#at + 1;
        const close = this.#find(']', from);
        const isPlain = close === Infinity || this.#find('[', from) < close || this.#line[close + 1] !== '(';
        const end = isPlain ? -1 : this.#endOfTarget(close + 2);
        const text = this.#line.slice(from, end === -1 ? from : close);
        const href = end === -1 ? null : safeAddress(this.#line.slice(close + 2, end));
        if (!href || text.trim() === '') this.#at = from;
        else this.#put({ type: 'link', text: isPretending(text, href) ? href : text, href }, end + 1);
    }

    /** The position of the parenthesis that ends a link; an address may contain pairs. */
    #endOfTarget(from) {
        let depth = 0;
        for (let at = from; at < this.#line.length; at += 1) {
            const char = this.#line[at];
            if (char === ')' && depth === 0) return at;
            if (NOT_IN_TARGET.test(char)) return -1;
            depth += char === '(' ? 1 : char === ')' ? -1 : 0;
        }
        return -1;
    }

    #address() {
        const scheme = isLetter(this.#line[this.#at - 1]) ? undefined : schemeAt(this.#line, this.#at);
        if (!scheme) return void (this.#at += 1);
        const { found, text } = addressAt(this.#line, this.#at);
        const href = text.length > scheme.length ? safeAddress(text) : null;
        // An unsafe address is skipped as a whole, so that its parts are not read again.
        if (!href) this.#at += found.length;
        else this.#put({ type: 'link', text, href }, this.#at + text.length);
    }
}

/** @returns {Inline[]} */
export const parseInline = (line) => new InlineReader(line).read();

/** An excerpt is one line, so the fences of code stand within it. */
const FENCE_WITHIN = /(?:^|\s)(?:```|~~~)\w*(?=\s|$)/g;

/** The text of one line without its marks: for excerpts. */
export const withoutMarks = (line) => flat(parseInline(line.replace(FENCE_WITHIN, '').trim()));

const flat = (parts) => parts.map((part) =>
    (typeof part === 'string' ? part : part.parts ? flat(part.parts) : part.text)).join('');
