// Pictures: thumbnails of a fixed size, and the lightbox with all pictures of the conversation.

import { addLateWords } from '../../i18n/late.js';
import { h, say, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';
import { loadStyle } from '../parts/load-style.js';
import { fetchFile } from './attachments.js';

addLateWords();
const styled = loadStyle('/styles/reading.css');

/** Button of a picture → its attachment. */
const pictures = new WeakMap();
const waiting = new WeakMap();
const nearby = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) waiting.get(target)?.();
}, { rootMargin: '400px' });

/** Fetches the picture once its place is near the screen; the place has its size before. */
export function showThumbnail(app, attachment, button) {
    pictures.set(button, attachment);
    waiting.set(button, async () => {
        waiting.delete(button);
        nearby.unobserve(button);
        try {
            const image = await loadImage(app, attachment);
            button.querySelector('.picture-frame')?.replaceChildren(image);
        } catch {
            // The place keeps its icon; opening it says what is wrong.
        }
    });
    nearby.observe(button);
}

/** A decoded image, which needs its address no longer. */
async function loadImage(app, attachment) {
    const address = URL.createObjectURL(await fetchFile(app, attachment));
    const image = h('img', { src: address, alt: attachment.name });
    try {
        await image.decode();
    } finally {
        URL.revokeObjectURL(address);
    }
    return image;
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** Arrow keys walk through the pictures; Escape closes it and restores the focus. */
export async function openLightbox(app, attachment, opener) {
    await styled;
    pictures.set(opener, attachment);
    const places = [...(opener.closest('.log, .side-panel') ?? opener.parentElement)
        .querySelectorAll('.attachment[data-picture="true"]')].filter((each) => pictures.has(each));
    let at = places.indexOf(opener);
    const name = h('span', { class: 'lightbox-name', testid: 'lightbox-name' });
    const place = h('span', { class: 'lightbox-place' });
    const view = h('div', { class: 'lightbox-view' });
    const button = (key, shape, className, run) => h('button', {
        class: `icon-button ${className}`, type: 'button', tLabel: key, tTitle: key, on: { click: run },
    }, icon(shape));
    const before = button('pictures.previous', 'back', 'lightbox-before', () => show(at - 1));
    const after = button('pictures.next', 'back', 'lightbox-next', () => show(at + 1));
    const close = button('close', 'close', 'lightbox-close', () => dialog.close());
    const dialog = h('dialog', { class: 'dialog lightbox', testid: 'image-dialog' },
        h('div', { class: 'lightbox-head' }, name, place, close), before, view, after);

    async function show(wanted) {
        at = Math.max(0, Math.min(places.length - 1, wanted));
        const shown = pictures.get(places[at]);
        write(name, shown.name);
        dialog.setAttribute('aria-label', shown.name);
        say(place, ['pictures.place', { n: at + 1, all: places.length }]);
        place.hidden = before.hidden = after.hidden = places.length < 2;
        before.disabled = at === 0;
        after.disabled = at === places.length - 1;
        if (document.activeElement?.disabled || !dialog.contains(document.activeElement)) close.focus();
        view.setAttribute('aria-busy', 'true');
        let image;
        try {
            image = await loadImage(app, shown);
        } catch {
            image = h('p', { class: 'hint', t: 'pictures.failed' });
        }
        if (shown !== pictures.get(places[at])) return;
        view.replaceChildren(image);
        view.removeAttribute('aria-busy');
    }
    onKey(dialog, (event) => {
        const step = STEPS[event.key];
        if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        show(at + step);
    });
    dialog.addEventListener('click', ({ target }) => [dialog, view].includes(target) && dialog.close());
    dialog.addEventListener('close', () => {
        dialog.remove();
        opener.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
    show(at);
}
