// The files of a message: pictures have a thumbnail, PDFs open beside, all others are downloaded.
// All are fetched with the token; thumbnails once they are near the screen.

import { language, number } from '../../i18n/index.js';
import { h } from '../parts/dom.js';
import { icon } from '../parts/icon.js';

const IMAGE = /^image\/(png|jpeg|gif|webp)$/;

/** Larger pictures are fetched only when they are opened. */
const THUMB_BYTES_MAX = 12_000_000;
const late = () => import('./pictures.js');

/** @param {import('../../app.js').App} app */
export function attachmentList(app, attachments) {
    return h('ul', { class: 'attachments' }, ...attachments.map((attachment) => {
        const isImage = IMAGE.test(attachment.type ?? '');
        const button = h('button', {
            class: 'attachment', type: 'button', testid: 'attachment', data: { picture: String(isImage) },
            tLabel: [isImage ? 'files.show' : 'download', { name: attachment.name }],
        },
            isImage ? h('span', { class: 'picture-frame' }, icon('image')) : icon('clip'),
            h('span', { class: 'attachment-name', text: attachment.name }),
            h('span', { class: 'attachment-size', text: sizeText(attachment.size) }));
        button.addEventListener('click', () => open(app, attachment, isImage && button));
        if (isImage && attachment.size <= THUMB_BYTES_MAX) {
            late().then(({ showThumbnail }) => showThumbnail(app, attachment, button), () => {});
        }
        return h('li', {}, button);
    }));
}

/** Only the hub's own files: the token must not be sent to another site. */
export function fetchFile(app, { url, id }) {
    const address = new URL(url ?? `/api/files/${id}`, location.origin);
    if (address.origin !== location.origin) throw new TypeError('not a file of this hub');
    return app.api.file(address.pathname + address.search);
}

async function open(app, attachment, picture) {
    try {
        if (picture) return (await late()).openLightbox(app, attachment, picture);
        const blob = await fetchFile(app, attachment);
        if (attachment.type === 'application/pdf') openPDF(blob);
        else (await import('../parts/downloads.js')).saveBlob(blob, attachment.name);
    } catch (error) {
        app.toasts.error(error);
    }
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
