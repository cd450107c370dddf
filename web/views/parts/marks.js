// Marks what matches a search, in place: the nodes around it stay.

import { matches } from '../../state/fuzzy.js';

/** @param {Element} element @param {string} query */
export function markIn(element, query) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let length = 0;
    while (walker.nextNode()) {
        nodes.push([walker.currentNode, length]);
        length += walker.currentNode.data.length;
    }
    const ranges = matches(element.textContent, query);
    for (const [node, start] of nodes.reverse()) {
        const end = start + node.data.length;
        // From the end, so that the positions before stay right.
        for (const [from, to] of [...ranges].reverse()) {
            if (to <= start || from >= end) continue;
            const part = node.splitText(Math.max(0, from - start));
            part.splitText(Math.min(to, end) - Math.max(from, start));
            const mark = document.createElement('mark');
            part.replaceWith(mark);
            mark.append(part);
        }
    }
}
