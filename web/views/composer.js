// Where a message is written. Staff have two modes, which look, read and send differently; clients
// have one.

import { t } from '../i18n/index.js';
import { TypingSignal } from '../net/typing-signal.js';
import { Drafts } from '../state/drafts.js';
import { AttachmentField } from './attachments.js';
import { ComposerModes } from './composer-modes.js';
import { ask } from './dialog.js';
import { h, say, setAttribute } from './dom.js';
import { icon } from './icon.js';
import { sendMenu } from './send-menu.js';

const BODY_BYTES = 16 * 1024;

export class Composer {
    mode = 'reply';
    #room = null;
    #stop = [];

    /**
     * @param {import('../app.js').App} app
     * @param {{audience: 'client'|'staff'}} options
     */
    constructor(app, { audience }) {
        this.app = app;
        this.audience = audience;
        this.drafts = new Drafts(sessionStorage, app.me.id);
        this.field = h('textarea', {
            class: 'composer-field',
            rows: 2,
            tLabel: 'composer.label',
            testid: 'composer',
            dir: 'auto',
            'aria-keyshortcuts': 'Control+Enter',
        });
        this.count = h('span', { class: 'composer-count', hidden: true });
        this.sendButton = h('button', {
            class: 'button button-send',
            type: 'submit',
            testid: 'send',
            tTitle: 'composer.hint',
        },
            icon('send'),
            (this.sendLabel = h('span')),
        );
        this.files = new AttachmentField(app);
        this.notice = h('div', {
            class: 'composer-notice',
            hidden: true,
            testid: 'composer-notice',
            data: { ticks: '' },
        });
        this.modes = audience === 'staff' ? new ComposerModes((mode) => this.setMode(mode)) : null;
        this.menu = audience === 'staff' ? sendMenu((action) => this.send(action)) : null;
        this.element = h('form', { class: 'composer', data: { mode: 'reply' } },
            this.notice, this.modes?.element, this.field, this.files.list,
            h('div', { class: 'composer-bar' },
                this.files.button,
                this.files.input,
                h('span', { class: 'composer-hint', t: 'composer.hint' }),
                this.count,
                h('span', { class: 'send-group' }, this.sendButton, this.menu?.element),
            ));
        this.typing = new TypingSignal({ tell: (on) => this.#tellTyping(on) });
        this.#listen();
        this.#draw();
    }

    #listen() {
        this.element.addEventListener('submit', (event) => {
            event.preventDefault();
            this.send();
        });
        this.field.addEventListener('input', () => this.#typed());
        this.field.addEventListener('keydown', (event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                this.send(event.shiftKey && this.audience === 'staff' ? 'resolve' : undefined);
            } else if (event.key === 'Escape') this.field.blur();
        });
        this.field.addEventListener('blur', () => this.typing.stop());
        this.field.addEventListener('paste', (event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length > 0) this.files.add(files);
        });
    }

    /** @param {import('../state/room.js').Room|null} room */
    open(room) {
        this.typing.stop();
        for (const stop of this.#stop) stop();
        this.#room = room;
        this.files.clear();
        this.#stop = room
            ? [
                this.app.subscriptions.on('event', ({ event }) =>
                    this.drafts.advance(room.id, 'reply', event, this.app.me.id)),
            ]
            : [];
        this.mode = 'reply';
        if (
            room &&
            this.drafts.read(room.id, 'reply').text === '' &&
            this.drafts.read(room.id, 'note').text !== ''
        ) {
            this.mode = 'note';
        }
        this.#restore();
        this.#draw();
    }

    focus() {
        this.field.focus();
    }

    /** From note to reply with text asks first: it was written for other eyes. */
    async setMode(mode) {
        if (mode === this.mode) return this.focus();
        if (mode === 'reply' && this.modes?.isReplyDisabled) return;
        const text = this.field.value;
        // A draft that already waits in the other mode stays what it is; else the text moves over.
        const isMoving = text.trim() !== '' && this.drafts.read(this.#room.id, mode).text === '';
        if (mode === 'reply' && isMoving) {
            const answer = await ask({
                label: 'composer.noteToReply', body: [], testid: 'confirm-public',
                buttons: [
                    { label: 'create.cancel', value: '' },
                    { label: 'composer.reply', value: 'yes', tone: 'primary' },
                ],
            });
            if (answer !== 'yes') return this.#draw();
        }
        this.typing.stop();
        if (isMoving) {
            this.drafts.clear(this.#room.id, this.mode);
            this.drafts.write(this.#room.id, mode, text, this.#room.newest);
        }
        this.mode = mode;
        this.#restore();
        this.#draw();
        this.focus();
    }

    /** Puts a text back: one that was held, or is to be corrected. */
    restore(item) {
        this.mode = item.fields.internal ? 'note' : 'reply';
        const text = [item.fields.body, this.field.value].filter(Boolean).join('\n\n');
        this.drafts.write(this.#room.id, this.mode, text, this.#room.newest);
        this.drafts.rebase(this.#room.id, this.mode, this.#room.newest);
        this.#restore();
        this.#draw();
        this.focus();
    }

    /** @param {'wait'|'resolve'} [action] goes in the same command: all of it or nothing */
    send(action) {
        const room = this.#room;
        const body = this.field.value.trim();
        const attachments = this.files.ids;
        if (
            !room ||
            this.files.isBusy ||
            (body === '' && attachments.length === 0) ||
            byteCount(body) > this.#bytesMax
        ) {
            return this.focus();
        }
        const isNote = this.mode === 'note';
        const fields = {
            body,
            ...(isNote ? { internal: true } : {}),
            ...(attachments.length > 0 ? { attachments } : {}),
            ...(action ? { action } : {}),
            ...(
                this.audience === 'staff' && !isNote
                    ? { baseSeq: this.drafts.read(room.id, 'reply').baseSeq || room.newest }
                    : {}
            ),
        };
        this.typing.stop();
        this.drafts.clear(room.id, this.mode);
        this.files.clear();
        this.field.value = '';
        this.#fit();
        this.app.outbox.post(room.id, fields, room.newest);
        this.focus();
    }

    /** A closed ticket takes no public message; staff may still leave notes. */
    setClosed(isClosed) {
        const isBlocked = isClosed && this.mode === 'reply';
        this.modes?.setReplyDisabled(isClosed);
        if (isBlocked && this.modes && this.field.value === '') {
            this.mode = 'note';
            this.#restore();
            this.#draw();
        }
        this.sendButton.disabled = isClosed && this.mode === 'reply';
    }

    /** Names the client in the placeholder. */
    setClient(name) {
        this.clientName = name;
        this.#draw();
    }

    get #bytesMax() {
        return this.app.connection.hello?.limits?.bodyBytes ?? BODY_BYTES;
    }

    #typed() {
        if (!this.#room) return;
        this.drafts.write(this.#room.id, this.mode, this.field.value, this.#room.newest);
        if (this.field.value === '') this.typing.stop();
        else this.typing.touch();
        this.#fit();
    }

    #restore() {
        this.field.value = this.#room ? this.drafts.read(this.#room.id, this.mode).text : '';
        this.#fit();
    }

    /** One to ten lines, as the text asks; and how much room is left, near the limit. */
    #fit() {
        this.field.style.height = 'auto';
        if (this.field.value !== '') this.field.style.height = `${this.field.scrollHeight + 2}px`;
        const left = this.#bytesMax - byteCount(this.field.value);
        this.count.hidden = left > this.#bytesMax / 10;
        say(
            this.count,
            left < 0 ? ['composer.over', { n: -left }] : ['composer.left', { n: left }],
        );
        setAttribute(this.field, 'aria-invalid', left < 0 ? 'true' : null);
    }

    #draw() {
        const isNote = this.mode === 'note';
        this.element.dataset.mode = this.mode;
        this.modes?.update(this.mode);
        this.notice.dispatchEvent(new Event('tick'));
        if (this.menu) this.menu.element.hidden = isNote;
        const keys = this.audience === 'client'
            ? ['composer.send', 'composer.placeholder']
            : isNote
                ? ['composer.addNote', 'composer.notePlaceholder']
                : [
                    'composer.sendReply',
                    ['composer.replyPlaceholder', { name: this.clientName ?? t('role.client') }],
                ];
        say(this.sendLabel, keys[0]);
        say(this.field, keys[1], 'placeholder');
    }

    #tellTyping(on) {
        if (!this.#room) return;
        this.app.connection.tell({
            type: 'typing',
            ticket: this.#room.id,
            on,
            ...(this.mode === 'note' ? { internal: true } : {}),
        });
    }
}

const byteCount = (text) => new TextEncoder().encode(text).length;
