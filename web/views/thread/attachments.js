// The files of a message: pictures are shown, PDFs open beside, all others are downloaded. All are
// fetched with the token, on demand.

import { language, number } from '../../i18n/index.js';
import { h } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { saveBlob } from '../parts/downloads.js';

const IMAGE = /^image\/(png|jpeg|gif|webp)$/;

/** @param {import('../../app.js').App} app */
export function attachmentList(app, attachments) {
    return h('ul', { class: 'attachments' }, ...attachments.map((attachment) => {
        const isImage = IMAGE.test(attachment.type ?? '');
        const button = h('button', {
            class: 'attachment', type: 'button', testid: 'attachment',
            tLabel: [isImage ? 'files.show' : 'download', { name: attachment.name }],
        },
            icon(isImage ? 'image' : 'clip'),
            h('span', { class: 'attachment-name', text: attachment.name }),
            h('span', { class: 'attachment-size', text: sizeText(attachment.size) }));
        button.addEventListener('click', () => open(app, attachment, isImage));
        return h('li', {}, button);
    }));
}

async function open(app, { url, id, name, type }, isImage) {
    try {
        // Only the hub's own files: the token must not be sent to another site.
        const address = new URL(url ?? `/api/files/${id}`, location.origin);
        if (address.origin !== location.origin) return;
        const blob = await app.api.file(address.pathname + address.search);
        if (isImage) showImage(blob, name);
        else if (type === 'application/pdf') openPDF(blob);
        else saveBlob(blob, name);
    } catch (error) {
        app.toasts.error(error);
    }
}

/** Escape closes it and restores the focus. */
function showImage(blob, name) {
    const address = URL.createObjectURL(blob);
    const dialog = h('dialog', { class: 'dialog image-dialog', 'aria-label': name, testid: 'image-dialog' },
        h('img', { src: address, alt: name }),
        h('button', {
            class: 'icon-button', type: 'button', tLabel: 'close', on: { click: () => dialog.close() },
        }, icon('close')));
    dialog.addEventListener('close', () => {
        URL.revokeObjectURL(address);
        dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
}

function openPDF(blob) {
    const address = URL.createObjectURL(new Blob([blob], { type: 'application/pdf' }));
    h('a', { href: address, target: '_blank', rel: 'noopener' }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A size in powers of ten, in the reader's units. */
export function sizeText(bytes) {
    if (!bytes) return '';
    const [kilo, mega] = language.code === 'fr' ? ['ko', 'Mo'] : ['kB', 'MB'];
    // A limit of 25 MiB is shown as 25, as everywhere else.
    if (bytes % 1_048_576 === 0) return `${number(bytes / 1_048_576)} ${mega}`;
    return bytes < 1_000_000
        ? `${number(Math.max(1, Math.round(bytes / 1000)))} ${kilo}`
        : `${number(Math.round(bytes / 100_000) / 10)} ${mega}`;
}
