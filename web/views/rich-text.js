// Message text: as written, with web addresses made into links. Nothing else is read into it, and
// no HTML ever.

import { h } from './dom.js';

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** @returns {Array<Node|string>} */
export function richText(text) {
    const parts = [];
    let from = 0;
    for (const match of text.matchAll(ADDRESS)) {
        parts.push(text.slice(from, match.index));
        parts.push(
            h('a', {
                href: match[0],
                target: '_blank',
                rel: 'noopener noreferrer',
                text: match[0],
            }),
        );
        from = match.index + match[0].length;
    }
    parts.push(text.slice(from));
    return parts;
}
