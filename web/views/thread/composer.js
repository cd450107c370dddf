// The composer of messages. Staff have two modes with their own look, text and send button; clients
// have one.

import { t, time } from '../../i18n/index.js';
import { TypingSignal } from '../../net/typing-signal.js';
import { Drafts } from '../../state/drafts.js';
import { limitsOf } from '../../state/limits.js';
import { byteCount } from '../../state/room-left.js';
import { ticketFiles } from '../../state/ticket-files.js';
import { AttachmentField } from './attachment-field.js';
import {
    asksForQuickReply, asksForMention, fitField, followDraft, insertReply, maySend, Mentions,
    openWhileUsed, quoteInto, TypedPart,
} from './composer-extras.js';
import { ComposerModes } from './composer-modes.js';
import { ask } from '../parts/dialog.js';
import { h, say } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { onKey } from '../parts/keys.js';
import { sendMenu } from './send-menu.js';

export class Composer {
    mode = 'reply';
    #room = null;
    #stop = [];

    /**
     * @param {import('../../app.js').App} app
     * @param {{audience: 'client'|'staff', quickReplies?: object, menus?: object, onSent?: Function}}
     *     options
     */
    constructor(app, {
        audience, quickReplies = null, menus = null, onNext = () => {},
        drafts = new Drafts(localStorage, app.me.id),
    }) {
        Object.assign(this, { app, audience, quickReplies, onNext, drafts });
        this.mentions = menus && new Mentions({ menus, me: app.me });
        this.saved = h('span', { class: 'composer-saved', testid: 'draft-saved', hidden: true });
        this.field = h('textarea', {
            class: 'composer-field', rows: 2, tLabel: 'composer.label', testid: 'composer', dir: 'auto',
            'aria-keyshortcuts': 'Control+Enter',
        });
        this.count = h('span', { class: 'composer-count', hidden: true });
        this.sendButton = h('button', {
            class: 'button button-send', type: 'submit', testid: 'send', tTitle: 'composer.hint',
        }, icon('send'), (this.sendLabel = h('span')));
        this.files = new AttachmentField(app, {
            reusable: () => (audience === 'staff' && this.#room ? ticketFiles(this.#room) : []),
        });
        this.notice = h('div', {
            class: 'composer-notice', hidden: true, testid: 'composer-notice', data: { ticks: '' },
        });
        this.modes = audience === 'staff' ? new ComposerModes((mode) => this.setMode(mode)) : null;
        this.menu = audience === 'staff' ? sendMenu((action) => this.send(action)) : null;
        this.quickRepliesButton = audience === 'staff' && h('button', {
            class: 'icon-button', type: 'button', tLabel: 'quickReplies.label', tTitle: 'quickReplies.label',
            testid: 'quick-replies-open', 'aria-keyshortcuts': 'm', on: { click: () => this.openQuickReplies() },
        }, icon('bolt'));
        this.element = h('form', { class: 'composer', data: { mode: 'reply' } },
            this.notice, this.modes?.element, this.field, this.files.list,
            h('div', { class: 'composer-bar' },
                this.files.button, this.files.reuse, this.files.input,
                this.quickRepliesButton,
                (this.hint = h('span', { class: 'composer-hint' })),
                this.saved,
                this.count,
                h('span', { class: 'send-group' }, this.sendButton, this.menu?.element),
            ));
        this.drawOpen = openWhileUsed(this.element, this.field);
        this.typing = new TypingSignal({ tell: (on) => this.#tellTyping(on) });
        app.preferences.on('change', () => this.#draw());
        followDraft(this.drafts, () => this.#room && [this.#room.id, this.mode], () => this.#restore());
        this.#listen();
        this.#draw();
    }

    #listen() {
        this.element.addEventListener('submit', (event) => {
            event.preventDefault();
            this.send();
        });
        this.field.addEventListener('input', () => this.#typed());
        onKey(this.field, (event) => {
            const isModified = event.ctrlKey || event.metaKey;
            const isBare = this.app.preferences.get('enterSends') && !event.shiftKey;
            if (event.key === 'Enter' && (isModified || isBare)) {
                event.preventDefault();
                const isResolving = isModified && event.shiftKey && this.audience === 'staff';
                this.send(isResolving ? 'resolve' : undefined);
            } else if (event.key === 'Escape') this.field.blur();
        });
        this.field.addEventListener('blur', () => this.typing.stop());
        this.files.listen(this.element);
    }

    /** @param {import('../../state/room.js').Room|null} room */
    open(room) {
        this.typing.stop();
        for (const stop of this.#stop) stop();
        this.#room = room;
        this.files.clear();
        this.#stop = room ? [this.app.subscriptions.on('event', ({ event }) =>
            this.drafts.advance(room.id, 'reply', event, this.app.me.id))] : [];
        const isStaff = room && this.audience === 'staff';
        this.mode = isStaff ? this.drafts.modeOf(room.id, this.app.preferences.get('firstMode')) : 'reply';
        this.#restore();
        this.#draw();
    }

    focus() {
        this.field.focus();
    }

    async openQuickReplies() {
        if (!this.#room?.snapshot || !this.quickReplies) return;
        const part = new TypedPart(this.field);
        const reply = await this.quickReplies.choose(this.#room.snapshot, asksForQuickReply(this.field)
            ? { typed: () => part.text, onDismiss: (typed) => part.replace(typed) }
            : {});
        if (reply) this.insertQuickReply(reply, part);
        else this.focus();
    }

    insertQuickReply(reply, part) {
        insertReply(this.field, this.quickReplies.fill(reply, this.#room.snapshot).text, part);
    }

    quote = (text) => quoteInto(this.field, text);

    /** A change from note to reply with text asks first: the text was written for staff. */
    async setMode(mode) {
        if (mode === this.mode) return this.focus();
        if (mode === 'reply' && this.modes?.isReplyDisabled) return;
        const text = this.field.value;
        // An existing draft of the other mode stays; else the text moves over.
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
        this.drafts.choose(this.#room.id, mode);
        this.#restore();
        this.#draw();
        this.focus();
    }

    /** Restores a text: a held message, or one to correct. */
    restore(item) {
        if (!item) return;
        this.mode = item.fields.internal ? 'note' : 'reply';
        const text = [item.fields.body, this.field.value].filter(Boolean).join('\n\n');
        this.drafts.write(this.#room.id, this.mode, text, this.#room.newest);
        this.drafts.rebase(this.#room.id, this.mode, this.#room.newest);
        this.#restore();
        this.#draw();
        this.focus();
    }

    /**
     * @param {'wait'|'resolve'|'next'} [action] the first two are part of the same command
     */
    async send(action) {
        const room = this.#room;
        const body = this.field.value.trim();
        const attachments = this.files.ids;
        const isEmpty = body === '' && attachments.length === 0;
        if (this.files.isBusy) this.app.toasts.show('files.busy', { tone: 'warn' });
        if (!room || this.files.isBusy || isEmpty || byteCount(body) > this.#bytesMax) return this.focus();
        const isNote = this.mode === 'note';
        if (this.audience === 'staff' && !isNote && !(await maySend(body, { ...this.app, mentions: this.mentions }))) {
            return this.focus();
        }
        if (this.#room !== room || this.field.value.trim() !== body) return undefined;
        const mentions = isNote ? (this.mentions?.in(body) ?? []) : [];
        const fields = {
            body,
            ...(isNote ? { internal: true } : {}),
            ...(attachments.length > 0 ? { attachments } : {}),
            ...(mentions.length > 0 ? { mentions } : {}),
            ...(action && action !== 'next' ? { action } : {}),
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
        this.saved.hidden = true;
        this.app.outbox.post(room.id, fields, room.newest, { delayMs: this.#delayMs(room, isNote) });
        if (action === 'next') return this.onNext();
        return this.focus();
    }

    /** How long a reply can be taken back: not at all while the client is in the room. */
    #delayMs(room, isNote) {
        const { me, preferences } = this.app;
        if (this.audience !== 'staff' || isNote) return 0;
        const isClientHere = room.present.some(({ id, role }) => role === 'client' && id !== me.id);
        return isClientHere ? 0 : preferences.get('undoSeconds') * 1000;
    }

    /** A closed ticket accepts no public message; staff may still write notes. */
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
        this.files.offer();
        this.#draw();
    }

    get #bytesMax() {
        return limitsOf(this.app.connection).bodyBytes;
    }

    #typed() {
        if (!this.#room) return;
        this.drafts.write(this.#room.id, this.mode, this.field.value, this.#room.newest);
        if (this.field.value === '' || !this.app.preferences.get('showsTyping')) this.typing.stop();
        else this.typing.touch();
        this.saved.hidden = this.field.value === '';
        say(this.saved, ['composer.saved', { time: time(this.app.clock.now()) }]);
        this.#fit();
        if (this.quickReplies && asksForQuickReply(this.field)) this.openQuickReplies();
        else if (this.mentions && this.mode === 'note' && asksForMention(this.field)) {
            this.mentions.choose(this.field);
        }
    }

    #restore() {
        this.field.value = this.#room ? this.drafts.read(this.#room.id, this.mode).text : '';
        this.saved.hidden = true;
        this.#fit();
    }

    #fit() {
        this.drawOpen();
        fitField(this.field, this.count, this.#bytesMax);
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
        say(this.hint, this.app.preferences.get('enterSends') ? 'composer.hintEnter' : 'composer.hint');
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
