// Message text as nodes: the result of `state/markup.js`, never HTML.

import { parseMarkup } from '../../state/markup.js';
import { isUnseen } from '../../state/visible-text.js';
import { h } from '../parts/dom.js';

const TAGS = { bold: 'strong', italic: 'em' };

/** @returns {Array<Node|string>} plain text is one unchanged string */
export function richText(text) {
    if (isUnseen(text)) return [h('em', { class: 'hint', t: 'text.unseen', data: { unseen: '' } })];
    return parseMarkup(text).flatMap((block) => {
        if (block.type === 'text') return nodes(block.parts);
        if (block.type === 'code') return [h('pre', { tabindex: '0' }, h('code', { text: block.text }))];
        return [h(block.isOrdered ? 'ol' : 'ul', {}, ...block.items.map(item))];
    });
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
