// Files: those of a message, fetched with the token on demand; and those being added to one.

import { number } from '../i18n/index.js';
import { h, say } from './dom.js';
import { icon } from './icon.js';

const COUNT_MAX = 10;

/** @param {import('../app.js').App} app */
export function attachmentList(app, attachments) {
    return h('ul', { class: 'attachments' }, ...attachments.map((attachment) => {
        const link = h('button', {
            class: 'attachment',
            type: 'button',
            tLabel: ['download', { name: attachment.name }],
            testid: 'attachment',
        },
            icon('clip'), h('span', { class: 'attachment-name', text: attachment.name }), h(
                'span',
                { class: 'attachment-size', text: sizeText(attachment.size) },
            ));
        link.addEventListener('click', () => download(app, attachment));
        return h('li', {}, link);
    }));
}

async function download({ api, toasts }, { url, id, name }) {
    try {
        // Only our own files: the token must not follow an address to elsewhere.
        const address = new URL(url ?? `/api/files/${id}`, location.origin);
        if (address.origin !== location.origin) return;
        const blob = URL.createObjectURL(await api.file(address.pathname + address.search));
        h('a', { href: blob, download: name }).click();
        setTimeout(() => URL.revokeObjectURL(blob), 60_000);
    } catch (error) {
        toasts.error(error);
    }
}

function sizeText(bytes) {
    if (!bytes) return '';
    return bytes < 1_000_000
        ? `${number(Math.max(1, Math.round(bytes / 1000)))} ko`
        : `${number(Math.round(bytes / 100_000) / 10)} Mo`;
}

/** A button and the chips of what it uploaded; a failed file never loses the text beside it. */
export class AttachmentField {
    #files = new Map();
    #nextKey = 1;

    constructor(app) {
        this.app = app;
        this.input = h('input', {
            type: 'file',
            multiple: true,
            hidden: true,
            testid: 'file-input',
        });
        this.button = h('button', {
            class: 'icon-button',
            type: 'button',
            tLabel: 'composer.attach',
            tTitle: 'composer.attach',
            testid: 'attach',
        },
            icon('clip'),
        );
        this.list = h('ul', { class: 'attachments attachments-new' });
        this.#offer();
        if (!app.connection.hello) {
            const stop = app.connection.on('hello', () => {
                stop();
                this.#offer();
            });
        }
        this.button.addEventListener('click', () => this.input.click());
        this.input.addEventListener('change', () => {
            this.add([...this.input.files]);
            this.input.value = '';
        });
    }

    /** A hub that names no limit for uploads takes none. */
    get #isOffered() {
        return this.app.connection.hello?.limits?.uploadBytes > 0;
    }

    #offer() {
        this.button.hidden = !this.#isOffered;
    }

    get ids() {
        return [...this.#files.values()].map(({ id }) => id).filter(Boolean);
    }

    get isBusy() {
        return [...this.#files.values()].some(({ isUploading }) => isUploading);
    }

    /** @param {File[]} files */
    add(files) {
        if (!this.#isOffered) return;
        for (const file of files.slice(0, COUNT_MAX - this.#files.size)) this.#upload(file);
    }

    clear() {
        this.#files.clear();
        this.list.replaceChildren();
    }

    async #upload(file) {
        const key = this.#nextKey++;
        const entry = { id: null, isUploading: true };
        const label = h('span', {
            class: 'attachment-name',
            t: ['composer.uploading', { name: file.name }],
        });
        const remove = h('button', {
            class: 'attachment-remove',
            type: 'button',
            tLabel: ['composer.removeFile', { name: file.name }],
        },
            icon('close'),
        );
        const item = h('li', { class: 'attachment', 'aria-busy': 'true' },
            icon('clip'),
            label,
            remove,
        );
        remove.addEventListener('click', () => {
            this.#files.delete(key);
            item.remove();
        });
        this.#files.set(key, entry);
        this.list.append(item);
        try {
            entry.id = (await this.app.api.upload(file)).id;
            say(label, ['composer.removeFile', { name: file.name }], 'title');
            label.textContent = file.name;
            delete label.dataset.said;
        } catch {
            item.dataset.state = 'failed';
            say(label, ['composer.uploadFailed', { name: file.name }]);
        }
        entry.isUploading = false;
        item.removeAttribute('aria-busy');
    }
}
