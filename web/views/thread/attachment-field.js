// Adds files to a message or a ticket: chosen, dropped or pasted, each with its progress. A failed
// upload keeps the text.

import { t } from '../../i18n/index.js';
import { uploadFile } from '../../net/upload.js';
import { limitsOf } from '../../state/limits.js';
import { h, say, setAttribute } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { sizeText } from './attachments.js';
import { pick } from '../parts/pick.js';

export class AttachmentField {
    #files = new Map();
    #nextKey = 1;

    /**
     * @param {import('../../app.js').App} app
     * @param {{reusable?: () => object[]}} options `reusable`: files of the ticket that may be
     *     attached again
     */
    constructor(app, { reusable = () => [] } = {}) {
        Object.assign(this, { app, reusable });
        this.reuse = h('button', {
            class: 'icon-button', type: 'button', tLabel: 'files.reuse', tTitle: 'files.reuse', hidden: true,
            testid: 'reuse-file', on: { click: () => this.#reuse() },
        }, icon('copy'));
        this.input = h('input', { type: 'file', multiple: true, hidden: true, testid: 'file-input' });
        this.button = h('button', {
            class: 'icon-button', type: 'button', tLabel: 'composer.attach', tTitle: 'composer.attach',
            testid: 'attach', on: { click: () => this.input.click() },
        }, icon('clip'));
        this.limits = h('span', { class: 'hint', testid: 'file-limits', hidden: true });
        this.list = h('ul', { class: 'attachments attachments-new' });
        this.offer();
        app.connection.on('hello', () => this.offer());
        this.input.addEventListener('change', () => {
            this.add([...this.input.files]);
            this.input.value = '';
        });
    }

    /** 0 if the hub names no limit: then it accepts no uploads. */
    get bytesMax() {
        return limitsOf(this.app.connection).uploadBytes;
    }

    get countMax() {
        return limitsOf(this.app.connection).attachments;
    }

    /** The ticket or the hub's limit has changed. */
    offer() {
        this.button.hidden = this.bytesMax === 0;
        this.reuse.hidden = this.bytesMax === 0 || this.reusable().length === 0;
        this.limits.hidden = this.bytesMax === 0;
        say(this.limits, ['files.limits', { n: this.countMax, size: sizeText(this.bytesMax) }]);
    }

    get ids() {
        return [...this.#files.values()].map(({ id }) => id).filter(Boolean);
    }

    get isBusy() {
        return [...this.#files.values()].some(({ isUploading }) => isUploading);
    }

    /** Files may be dropped or pasted anywhere on this element. */
    listen(element) {
        element.addEventListener('paste', (event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length > 0) this.add(files);
        });
        element.addEventListener('dragover', (event) => {
            if (this.bytesMax === 0 || !event.dataTransfer?.types.includes('Files')) return;
            event.preventDefault();
            element.dataset.dropping = '';
        });
        element.addEventListener('dragleave', () => delete element.dataset.dropping);
        element.addEventListener('drop', (event) => {
            delete element.dataset.dropping;
            if (this.bytesMax === 0 || !event.dataTransfer?.files.length) return;
            event.preventDefault();
            this.add([...event.dataTransfer.files]);
        });
    }

    /** The hub attaches a file once, so a reused file is sent as a copy. */
    async #reuse() {
        const file = await pick({
            label: 'files.reuse', testid: 'pick-file',
            choices: this.reusable().map((each) => ({
                value: each, text: each.name, detail: sizeText(each.size), icon: 'clip',
            })),
        });
        if (!file) return this.reuse.focus();
        try {
            const blob = await this.app.api.file(`/api/files/${file.id}`);
            this.add([new File([blob], file.name, { type: file.type })]);
        } catch (error) {
            this.app.toasts.error(error);
        }
        return undefined;
    }

    /** @param {File[]} files */
    add(files) {
        if (this.bytesMax === 0) return;
        const room = this.countMax - this.#files.size;
        for (const file of files.slice(0, room)) this.#add(file);
        if (files.length > room) this.app.toasts.show(['files.tooMany', { n: this.countMax }], { tone: 'warn' });
    }

    clear() {
        for (const { cancel, preview } of this.#files.values()) {
            cancel?.();
            if (preview) URL.revokeObjectURL(preview);
        }
        this.#files.clear();
        this.list.replaceChildren();
    }

    #add(file) {
        const key = this.#nextKey++;
        const entry = { id: null, isUploading: false, cancel: null, preview: null };
        const progress = h('progress', { max: '1', value: '0', tLabel: ['files.progress', { name: file.name }] });
        const state = h('span', { class: 'attachment-size', text: sizeText(file.size) });
        const again = h('button', {
            class: 'link-button', type: 'button', t: 'retry', hidden: true, testid: 'file-retry',
            on: { click: () => start() },
        });
        const item = h('li', { class: 'attachment', testid: 'file' },
            this.#mark(file, entry), h('span', { class: 'attachment-name', text: file.name }), state,
            progress, again,
            h('button', {
                class: 'attachment-remove', type: 'button', tLabel: ['composer.removeFile', { name: file.name }],
                testid: 'file-remove', on: { click: () => this.#remove(key, item) },
            }, icon('close')));
        const fail = (label) => {
            item.dataset.state = 'failed';
            say(state, label);
            again.hidden = false;
        };
        const start = async () => {
            delete item.dataset.state;
            again.hidden = true;
            if (file.size > this.bytesMax) return fail(['files.tooLarge', { size: sizeText(this.bytesMax) }]);
            entry.isUploading = true;
            progress.hidden = false;
            item.setAttribute('aria-busy', 'true');
            const upload = uploadFile(this.app.api, file, (share) => (progress.value = share));
            entry.cancel = upload.cancel;
            try {
                entry.id = (await upload.done).id;
            } catch (error) {
                const isTooLarge = error.code === 'too_large';
                fail(isTooLarge ? ['files.tooLarge', { size: sizeText(this.bytesMax) }] : 'files.failed');
            }
            entry.isUploading = false;
            progress.hidden = true;
            setAttribute(item, 'aria-busy', null);
        };
        this.#files.set(key, entry);
        this.list.append(item);
        this.app.announcer.say(t('files.added', { name: file.name }));
        start();
    }

    /** A preview of a picture, directly from the disk. */
    #mark(file, entry) {
        if (!/^image\/(png|jpeg|gif|webp)$/.test(file.type)) return icon('clip');
        entry.preview = URL.createObjectURL(file);
        return h('img', { class: 'attachment-thumb', src: entry.preview, alt: '' });
    }

    #remove(key, item) {
        const { cancel, preview } = this.#files.get(key);
        cancel?.();
        if (preview) URL.revokeObjectURL(preview);
        this.#files.delete(key);
        item.remove();
        this.button.focus();
    }
}
