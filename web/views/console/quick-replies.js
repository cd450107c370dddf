// Picks a quick reply, with a preview of its text.

import { language, t } from '../../i18n/index.js';
import { bodyOf, fillQuickReply } from '../../state/quick-replies.js';
import { h } from '../parts/dom.js';
import { pick } from '../parts/pick.js';

const STALE_MS = 60_000;

export class QuickReplies {
    #loadedAt = 0;
    /** Empty until loaded, or if the hub has none. */
    list = [];

    /** @param {import('../../app.js').App} app */
    constructor(app) {
        this.app = app;
    }

    /** Loaded on first use, and again at most each minute. */
    async load() {
        if (Date.now() - this.#loadedAt < STALE_MS) return;
        this.#loadedAt = Date.now();
        try {
            this.list = (await this.app.api.request('GET', '/api/canned')).canned ?? [];
        } catch {
            // The hub has no quick replies.
        }
    }

    /** @returns {{text: string, missing: string[]}} */
    fill(reply, snapshot) {
        const words = Object.fromEntries(['status', 'priority', 'category'].map((name) =>
            [name, t(`${name}.${snapshot[name]}`)]));
        return fillQuickReply(bodyOf(reply, language.code), { snapshot, me: this.app.me, words });
    }

    /**
     * @param {object} snapshot
     * @param {{typed?: () => string|null, onDismiss?: (query: string) => void}} [field] `typed`: what
     *     was written since the slash; null: the writer went on, so that no list opens
     * @returns {Promise<object|undefined>} the reply
     */
    async choose(snapshot, { typed = () => '', onDismiss } = {}) {
        await this.load();
        const query = typed();
        if (query === null) return undefined;
        return pick({
            label: 'quickReplies.label', testid: 'quick-reply', query, onDismiss,
            choices: this.list.map((reply) => ({
                value: reply, text: reply.title, detail: reply.shortcut ? `/${reply.shortcut}` : '',
                icon: 'reply',
            })),
            more: (query) => this.#inBodies(query),
            preview: ({ value }) => this.#preview(value, snapshot),
        });
    }

    #inBodies(query) {
        const word = query.trim().toLowerCase();
        if (word.length < 3) return [];
        return this.list.filter((reply) =>
            !`${reply.title} ${reply.shortcut ?? ''}`.toLowerCase().includes(word) &&
            bodyOf(reply, language.code).toLowerCase().includes(word)).map((reply) =>
            ({ value: reply, text: reply.title, detail: t('quickReplies.inBody') }));
    }

    #preview(reply, snapshot) {
        return quickReplyPreview(this.fill(reply, snapshot).text);
    }

    /** Called after a change of the quick replies. */
    expire() {
        this.#loadedAt = 0;
    }
}

/** Highlights missing variables, because they prevent the sending. */
export function quickReplyPreview(text) {
    const parts = text.split(/(\{\{\s*[\w.]+\s*\}\})/);
    return h('p', { class: 'reply-filled', dir: 'auto' }, ...parts.map((part) =>
        (/^\{\{/.test(part) ? h('mark', { class: 'reply-missing', text: part }) : part)));
}
