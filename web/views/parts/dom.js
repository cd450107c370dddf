// Creates elements. Text enters as text only, people's text with its own direction; text made with
// `t` can be translated in place, without a rebuild of the page.

import { language, t } from '../../i18n/index.js';
import { FSI, isUnseen, partsOf, withoutParts } from '../../state/visible-text.js';

/** Element → the labels of its parts: `{text: [key, params], 'aria-label': …}`. */
const labels = new WeakMap();

/**
 * @param {string} tag
 * @param {object} [props] attributes, and: `class`, `text`, `t`, `tTitle`, `tLabel`,
 *     `tPlaceholder` (a key, or
 *     `[key, params]`), `testid`, `on` (listeners), `data`
 * @param {...(Node|string|null|false)} children
 */
export function h(tag, props = {}, ...children) {
    const element = document.createElement(tag);
    const {
        class: className,
        text,
        t: label,
        tTitle,
        tLabel,
        tPlaceholder,
        testid,
        on,
        data,
        ...attributes
    } = props;
    if (className) element.className = className;
    if (text !== undefined) put(element, String(text ?? ''));
    else if (isLine(tag, attributes.type)) element.dir = 'auto';
    if (testid) element.dataset.testid = testid;
    Object.assign(element.dataset, data);
    for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
    for (const [type, listener] of Object.entries(on ?? {})) {
        element.addEventListener(type, listener);
    }
    if (label) say(element, label);
    if (tTitle) say(element, tTitle, 'title');
    if (tLabel) say(element, tLabel, 'aria-label');
    if (tPlaceholder) say(element, tPlaceholder, 'placeholder');
    element.append(
        ...children.filter((child) => child !== null && child !== false && child !== undefined).flatMap(
            (child) => (typeof child === 'string' ? nodesOf(child) : child))
    );
    return element;
}

/** Fields for text. */
const isLine = (tag, type) =>
    tag === 'textarea' || (tag === 'input' && ['text', 'search', undefined].includes(type));

/** Text of people, or a sentence that contains some: each with its own direction. */
function put(element, text) {
    if (!element.hasAttribute('dir')) element.dir = 'auto';
    if (isUnseen(text)) {
        element.textContent = t('text.unseen');
        element.dataset.unseen = '';
    } else {
        delete element.dataset.unseen;
        setText(element, text);
    }
}

function setText(element, text) {
    if (text.includes(FSI)) element.replaceChildren(...nodesOf(text));
    else element.textContent = text;
}

/** Isolated parts of a sentence do not change the direction of the rest. */
const nodesOf = (text) => (text.includes(FSI)
    ? partsOf(text).map((part) => (part.isApart ? apart(part.text) : part.text))
    : [text]);

/** @returns {HTMLElement} a part of a line with its own direction */
export function apart(text) {
    const element = document.createElement('bdi');
    element.dir = 'auto';
    element.textContent = text;
    return element;
}

export function setAttribute(element, name, value) {
    if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
}

/** Labels an element, or an attribute of it, with a key of the catalogue. */
export function say(element, label, part = 'text') {
    const said = labels.get(element) ?? {};
    said[part] = Array.isArray(label) ? label : [label];
    labels.set(element, said);
    element.dataset.said = '';
    utter(element, part, said[part]);
}

/** Plain text without a key; removes an earlier label. */
export function write(element, text) {
    const said = labels.get(element);
    if (said) delete said.text;
    if (isUnseen(text) || element.textContent !== withoutParts(text) || !element.dir) put(element, text);
}

/** Text with the first occurrence of `query` marked. */
export function highlight(element, text, query) {
    const at = query ? text.toLocaleLowerCase().indexOf(query.trim().toLocaleLowerCase()) : -1;
    if (at === -1 || !query.trim()) {
        if (element.firstElementChild) element.textContent = '';
        return write(element, text);
    }
    const end = at + query.trim().length;
    element.dir = 'auto';
    const mark = document.createElement('mark');
    mark.textContent = text.slice(at, end);
    element.replaceChildren(text.slice(0, at), mark, text.slice(end));
}

function utter(element, part, [key, params]) {
    const text = t(key, params);
    if (part === 'text') {
        if (element.textContent !== withoutParts(text)) setText(element, text);
    } else element.setAttribute(part, text);
}

language.on('change', () => {
    for (const element of document.querySelectorAll('[data-said]')) {
        for (const [part, label] of Object.entries(labels.get(element) ?? {})) {
            utter(element, part, label);
        }
    }
});

/**
 * A list of elements, synchronised with a list of items. Nodes are moved, not rebuilt, so that
 * focus, selection and scroll position survive.
 */
export class KeyedList {
    #parts = new Map();

    /**
     * @param {Element} parent holds nothing else
     * @param {(item: any) => string} keyOf
     * @param {(item: any) => {element: Element, update: (item: any, index: number) => void}}
     *     makePart
     */
    constructor(parent, keyOf, makePart) {
        Object.assign(this, { parent, keyOf, makePart });
    }

    get size() {
        return this.#parts.size;
    }

    part(key) {
        return this.#parts.get(key);
    }

    render(items) {
        const keys = new Set(items.map(this.keyOf));
        for (const [key, { element }] of this.#parts) {
            if (keys.has(key)) continue;
            element.remove();
            this.#parts.delete(key);
        }
        const focused = document.activeElement;
        let cursor = this.parent.firstElementChild;
        items.forEach((item, index) => {
            const key = this.keyOf(item);
            let part = this.#parts.get(key);
            if (!part) this.#parts.set(key, (part = this.makePart(item)));
            part.update(item, index);
            if (part.element === cursor) cursor = cursor.nextElementSibling;
            else this.parent.insertBefore(part.element, cursor);
        });
        // Moving a node blurs its content.
        if (focused !== document.activeElement && this.parent.contains(focused)) {
            focused.focus({ preventScroll: true });
        }
    }
}

const FIELDS =
    'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], dialog[open]';

/** True while keys belong to a field or a dialog, not to shortcuts. */
export const isTyping = (target) =>
    target instanceof Element &&
        target.closest(FIELDS) !== null;

/** Runs `action` once per frame, however many events ask for it. */
export function onNextFrame(action) {
    let isAsked = false;
    return () => {
        if (isAsked) return;
        isAsked = true;
        const run = () => {
            if (!isAsked) return;
            isAsked = false;
            action();
        };
        // A hidden tab gets no frames, so a timer replaces them.
        if (document.hidden) setTimeout(run, 0);
        else requestAnimationFrame(run);
    };
}

/**
 * Like `onNextFrame`, but uses at most a fifth of the time. Expensive parts are drawn less often,
 * so that typing stays fast under many events.
 */
export function paced(action) {
    let readyAt = 0;
    let isWaiting = false;
    const run = () => {
        isWaiting = false;
        const began = performance.now();
        action();
        const now = performance.now();
        readyAt = now + 4 * (now - began);
    };
    const frame = onNextFrame(run);
    return () => {
        if (isWaiting) return;
        isWaiting = true;
        const wait = readyAt - performance.now();
        if (wait > 4) setTimeout(frame, wait);
        else frame();
    };
}
