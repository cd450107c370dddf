// The bell: the unread count, and the notifications by ticket.

import { language, t } from '../../i18n/index.js';
import { fr } from '../../i18n/fr.js';
import { Notifications, summary } from '../../state/notifications.js';
import { h, onNextFrame, write } from './dom.js';
import { icon } from './icon.js';
import { closeOnLeave } from './popover.js';

/** Unknown kinds get a general text. */
export const wordKind = ({ kind, params = {} }) => {
    const key = `bell.kind.${kind}`;
    return t(key in fr ? key : 'bell.kind.other', { name: params.by?.name ?? params.name ?? '', ...flat(params) });
};

const flat = (params) => Object.fromEntries(
    Object.entries(params).filter(([, value]) => ['string', 'number'].includes(typeof value)));

export class Bell {
    /**
     * @param {import('../../app.js').App} app
     * @param {{onOpen: (ref: string) => void, snapshotOf: (id: string) => object|undefined}} options
     */
    constructor(app, { onOpen, snapshotOf }) {
        Object.assign(this, { app, onOpen, snapshotOf });
        this.state = new Notifications(app, {
            channel: globalThis.BroadcastChannel && new BroadcastChannel(`guichet reads ${app.me.id}`),
            isLooking: () => document.visibilityState === 'visible' && document.hasFocus(),
        });
        addEventListener('focus', () => this.state.look());
        this.count = h('span', { class: 'bell-count', hidden: true, testid: 'bell-count' });
        this.list = h('div', { class: 'bell-list', testid: 'bell-list' });
        this.summary = h('summary', {
            class: 'tool-button bell-button', tLabel: 'bell.title', tTitle: 'bell.title', testid: 'bell',
            'aria-keyshortcuts': 'g n',
        }, icon('bell'), this.count);
        this.element = h('details', { class: 'bell', hidden: true }, this.summary,
            h('div', { class: 'bell-panel' },
                h('div', { class: 'bell-head' },
                    h('h2', { class: 'panel-title', t: 'bell.title' }),
                    h('button', { class: 'link-button', type: 'button', t: 'bell.readAll', testid: 'bell-read',
                        on: { click: () => this.state.readAll() } })),
                this.list));
        closeOnLeave(this.element);
        this.element.addEventListener('toggle', () => this.element.open && this.#drawList());
        this.render = onNextFrame(() => this.#render());
        this.state.on('change', this.render);
        this.state.on('arrived', (items) => this.#arrived(items));
        language.on('change', this.render);
    }

    async toggle() {
        this.element.open = !this.element.open;
        if (!this.element.open) return;
        await this.#drawList();
        this.list.querySelector('button')?.focus();
    }

    #render() {
        const { state } = this;
        this.element.hidden = !state.isOffered;
        this.count.hidden = state.unread === 0;
        write(this.count, state.unread > 99 ? '99+' : String(state.unread));
        if (this.element.open) this.#drawList();
    }

    async #drawList() {
        const { drawBellList } = await import('./bell-list.js');
        drawBellList(this);
    }

    open(ref, items) {
        this.element.open = false;
        this.state.readTicket(items[0].ticket);
        this.onOpen(ref);
    }

    /** Notifications of a long absence become one sentence, not forty. */
    async #arrived(items) {
        const { isMany, events, tickets } = summary(items);
        const [first] = items;
        const title = [first.ref, this.snapshotOf(first.ticket)?.title].filter(Boolean).join(' · ');
        const text = isMany ? t('bell.many', { n: events, tickets }) : `${title} · ${wordKind(first)}`;
        this.app.announcer.say(text);
        if (isMany) this.app.toasts.show(['bell.many', { n: events, tickets }]);
        // Only one tab plays the sound.
        if (!this.app.tabs.isPrimary) return;
        const { notifyBrowser, playSound } = await import('./alerts.js');
        playSound(this.app.preferences, first.kind);
        const shown = isMany ? { title: 'Guichet', body: text } : { title, body: wordKind(first) };
        notifyBrowser(this.app.preferences, { ...shown, kind: first.kind }, () => this.onOpen(first.ref));
    }
}
