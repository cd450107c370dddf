// Message text as nodes: the result of `state/markup.js`, never HTML. Code and long texts get their
// buttons from a module that is fetched with the first of them.

import { parseMarkup } from '../../state/markup.js';
import { isUnseen } from '../../state/visible-text.js';
import { h } from '../parts/dom.js';

const TAGS = { bold: 'strong', italic: 'em' };
/** A text with more lines than this is folded. */
const LINES_SHOWN = 40;

const lines = (text) => text.split('\n').length;
const late = (run) => import('./long-text.js').then(run, () => {});

/** @returns {Array<Node|string>} plain text is one unchanged string */
export function richText(text) {
    if (isUnseen(text)) return [h('em', { class: 'hint', t: 'text.unseen', data: { unseen: '' } })];
    const blocks = parseMarkup(text);
    const coded = blocks.reduce((sum, block) => sum + (block.type === 'code' ? lines(block.text) : 0), 0);
    const shown = blocks.flatMap((block) => {
        if (block.type === 'text') return nodes(block.parts);
        if (block.type === 'code') return [codeBox(block.text)];
        return [h(block.isOrdered ? 'ol' : 'ul', {}, ...block.items.map(item))];
    });
    return lines(text) - coded > LINES_SHOWN ? [folded(shown, lines(text))] : shown;
}

function codeBox(text) {
    const pre = h('pre', { tabindex: '0' }, h('code', { text }));
    const box = h('div', { class: 'code-box' }, lines(text) > LINES_SHOWN ? folded([pre], lines(text)) : pre);
    late(({ addCopy }) => addCopy(box, text));
    return box;
}

function folded(children, count) {
    const part = h('div', { class: 'fold', data: { folded: '' } }, ...children);
    const whole = h('div', {}, part);
    late(({ addFold }) => addFold(whole, part, count));
    return whole;
}

const item = ({ number, level, parts }) =>
    h('li', { value: number, data: { level: String(level) } }, ...nodes(parts));

const nodes = (parts) => parts.map((part) => {
    if (typeof part === 'string') return part;
    if (part.type === 'code') return h('code', { text: part.text });
    if (part.type !== 'link') return h(TAGS[part.type], {}, ...nodes(part.parts));
    const { text, href } = part;
    // A link's text may imitate another address; the tooltip shows the real one.
    return h('a', {
        href, text, target: '_blank', rel: 'noopener noreferrer', title: text === href ? null : href,
    });
});
