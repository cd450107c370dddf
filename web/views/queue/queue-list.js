// The live queue of one view: sorted, filtered, navigated by keyboard, and held still while in use.

import { language, t } from '../../i18n/index.js';
import { readFilters, writeFilters } from '../../state/filters.js';
import { HeldOrder } from '../../state/held-order.js';
import { LoadingDelay } from '../../state/loading-delay.js';
import { QueueSource } from '../../state/queue-source.js';
import { sortName } from '../../state/saved-views.js';
import { Selection } from '../../state/selection.js';
import { SORTS, urgencyParts } from '../../state/urgency.js';
import { Density } from '../settings/density.js';
import { h, KeyedList, paced, say, write } from '../parts/dom.js';
import { HoverHold } from './hover-hold.js';
import { drawQueueBlank, showSkeleton } from './list-blank.js';
import { QueueBar } from './queue-bar.js';
import { bindQueueKeys } from './queue-keys.js';
import { fetchMentions, followHub, menuOfAll, QueueMore } from './queue-more.js';
import { QueueRow } from './queue-row.js';
import { RowPlaces } from './row-places.js';

const HIGHLIGHT_MS = 4000;
const REGROUP_MS = 60_000;  // a deadline comes near without an event

export class QueueList {
    openID = null;
    #revealed = null;
    selection = new Selection();
    /** Ids in the order on the screen. */
    order = [];
    focusID = null;
    #snapshots = new Map();
    #left = new Map();
    #new = new Set();
    #held = new HeldOrder();

    /**
     * @param {import('../../app.js').App} app
     * @param {{queue: object, resolved: object, saved: object, mentioned: () => Set<string>, mentions:
     *     object, drafts: object, onOpen: Function, onRoute: (changes: object) => void, onSave:
     *     Function, act: Function, onSelect: Function}} options
     */
    constructor(app, options) {
        Object.assign(this, { app, options });
        this.bar = new QueueBar({
            onSearch: () => this.#searched(), onFilters: () => this.#filtered(),
            onSort: () => this.#sorted(), onApply: () => this.applyHeld(), onDown: () => this.move(0),
            onSave: options.onSave, canSave: () => this.view !== 'mentions',
            saved: () => options.saved.named(this.view), snapshots: () => this.source.all(),
            context: () => this.source.context(), more: () => menuOfAll(this),
        });
        this.filter = this.bar.search;
        this.source = new QueueSource(app, options, () =>
            ({ filters: this.bar.filters, text: this.filter.value, sort: this.bar.sort.value }));
        this.grid = h('div', { class: 'queue-rows', role: 'grid', tLabel: 'list.label', testid: 'queue', 'aria-multiselectable': 'true' });
        this.stale = h('p', { class: 'queue-stale', hidden: true, testid: 'stale' });
        this.blank = h('div', { class: 'list-blank', hidden: true, testid: 'list-empty' });
        this.more = new QueueMore(this.source, this.bar.count);
        this.scroller = h('div', { class: 'pane-scroll' });
        this.foot = h('div', { class: 'queue-foot' });
        this.element = h('section', { class: 'queue-pane', tLabel: 'list.label' },
            this.bar.element, this.scroller, this.foot);
        const row = { app, onOpen: (it) => this.open(it), onTick: (id, isRange) => this.tick(id, isRange), act: options.act };
        this.rows = new KeyedList(this.grid, ({ snapshot }) => snapshot.id, ({ snapshot }) => new QueueRow(row, snapshot));
        this.hover = new HoverHold(this.grid, () => this.render());
        this.render = paced(() => this.#render());
        this.patience = new LoadingDelay(() => showSkeleton(this.blank, 6));
        this.#listen();
        this.density = new Density(this.element, this.bar.density, this.render);
        this.places = new RowPlaces(this.scroller, this.density);
        this.scroller.append(this.stale, h('div', { class: 'queue-sheet' }, this.places.element, this.grid),
            this.blank, this.more.element);
        setInterval(this.render, REGROUP_MS);
    }

    #listen() {
        const { queue } = this.options;
        queue.on('change', this.render);
        followHub(this);
        this.app.hours.on('change', this.render);
        queue.on('entered', (snapshot) => this.#highlight(snapshot));
        queue.on('left', ({ id, why, by }) => this.#left.set(id, { why, by }));
        language.on('change', this.render);
        this.scroller.addEventListener('scroll', () => {
            this.#drawRows();
            this.more.scrolled(this.scroller, this.order.length, this.rowHeight);
        }, { passive: true });
        this.grid.addEventListener('focusin', ({ target }) => {
            const id = target.closest('.queue-row')?.dataset.ticket;
            if (id && id !== this.focusID) {
                this.focusID = id;
                this.render();
            }
        });
        this.grid.addEventListener('focusout', () => this.render());
        new ResizeObserver(() => this.#drawRows()).observe(this.scroller);
        bindQueueKeys(this);
    }

    get rowHeight() { return this.density.rowHeight; }
    get view() { return this.source.view; }

    setView(view) {
        const isOther = view !== this.source.view;
        if (isOther) {
            if (view === 'mentions') fetchMentions(this.options);
            this.scroller.scrollTop = 0;
            this.selection.clear();
        }
        this.source.view = view;
        const kept = localStorage.getItem(`guichet.sort.${view}`);
        const saved = this.options.saved.named(view);
        this.bar.sort.value = SORTS.includes(kept) ? kept : saved ? sortName(saved.sort) : 'urgency';
        if (saved) write(this.bar.title, saved.name);
        else say(this.bar.title, `view.${this.source.isSaved ? 'all' : view}`);
        this.bar.drawChips();
        // Drawn at once, so that a hold before the next frame keeps the visible order.
        return isOther ? this.applyHeld() : this.render();
    }

    /** Applies the address. */
    setRoute(route) {
        this.bar.setFilters(readFilters((name) => route[name]));
        if (this.filter.value !== (route.q ?? '')) this.filter.value = route.q ?? '';
        this.bar.drawProblem();
        this.render();
    }

    /** @param {Array|null} label the time of rows that are not live */
    setStale(label) {
        this.stale.hidden = label === null;
        if (label) say(this.stale, label);
    }

    /** The focused ticket, else the open one. */
    focused() {
        const id = this.grid.contains(document.activeElement) ? this.focusID : this.openID;
        return this.#snapshots.get(id) ?? null;
    }

    /** The selected tickets, or the focused one. */
    chosen() {
        if (this.selection.size === 0) return [this.focused()].filter(Boolean);
        const { ids, beyond } = this.selection;
        return [...ids].map((id) => this.#snapshots.get(id) ?? beyond.get(id)).filter(Boolean);
    }

    /** Moves the focus by so many rows. */
    move(step, { extend = false } = {}) {
        if (this.order.length === 0) return;
        const from = this.order.indexOf(this.focusID ?? this.openID);
        const to = Math.max(0, Math.min(this.order.length - 1, from === -1 ? 0 : from + step));
        if (extend && from !== -1) this.selection.extend(this.order[from], this.order);
        this.focusID = this.order[to];
        if (extend) this.selection.extend(this.focusID, this.order);
        this.places.reveal(to);
        this.#drawRows();
        this.rows.part(this.focusID)?.element.focus({ preventScroll: true });
        this.options.onSelect();
    }

    open(snapshot) {
        if (!snapshot) return;
        this.focusID = snapshot.id;
        this.options.onOpen(snapshot);
    }

    tick(id, isRange = false) {
        if (isRange) this.selection.extend(id, this.order);
        else this.selection.toggle(id);
        this.options.onSelect();
        this.render();
    }

    tickAll() {
        this.selection.all(this.order);
        this.options.onSelect({ isAll: true });
        this.render();
    }

    /** Selects collected tickets, loaded in the list or not. */
    tickSnapshots(snapshots) {
        this.selection.allOf(snapshots);
        this.options.onSelect();
        this.render();
    }

    untick() {
        this.selection.clear();
        this.options.onSelect();
        this.render();
    }

    applyHeld() {
        this.#held = new HeldOrder();
        this.#left.clear();
        this.#render();
        if (document.activeElement === this.bar.held || this.bar.held.hidden) this.hover.release();
    }

    /** The list is in use: focus, pointer, selection, an open menu. */
    get #isInUse() {
        return this.hover.isHeld || this.selection.size > 0 || this.bar.isMenuOpen ||
            (this.grid.contains(document.activeElement) && document.hasFocus());
    }

    #render() {
        if (!this.options.queue.isShown && this.view !== 'resolved') return this.patience.begin();
        if (!this.patience.isOver(this.render)) return;
        this.source.ask();
        const snapshots = this.source.shown();
        const wanted = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
        const { ids, changes, gone } = this.#held.apply([...wanted.keys()], this.#isInUse);
        this.order = ids;
        this.gone = gone;
        this.#snapshots = new Map(ids.map((id) => [id, this.#newest(id, wanted)]));
        this.selection.keep(ids);
        this.bar.setHeld(changes);
        this.grid.setAttribute('aria-rowcount', String(this.more.update(snapshots.length)));
        this.places.setParts(this.#parts(), this.source.hasMore);
        this.#drawRows();
        this.#revealOpen();
        this.blank.hidden = ids.length > 0;
        if (ids.length === 0) drawQueueBlank(this.blank, this);
    }

    #parts() {
        if (this.bar.sort.value !== 'urgency' || this.view === 'resolved') return [];
        return urgencyParts(this.order.map((id) => this.#snapshots.get(id)), this.app.clock.now());
    }

    /** Appends a further page, even while the list is held. */
    paged(ids) {
        const fresh = new Set(ids);
        this.#held.append(this.source.shown().map(({ id }) => id).filter((id) => fresh.has(id)));
        this.#render();
    }

    /** A removed row shows its last known snapshot. */
    #newest = (id, wanted) => wanted.get(id) ?? this.options.queue.snapshots.get(id) ?? this.#snapshots.get(id);

    #drawRows() {
        const keep = this.grid.contains(document.activeElement) ? this.order.indexOf(this.focusID) : -1;
        const { indexes, total } = this.places.window(this.order.length, keep);
        this.grid.style.blockSize = `${total}px`;
        const focusID = this.#snapshots.has(this.focusID) ? this.focusID : this.order[0];
        const drafts = this.options.drafts.tickets();
        this.rows.render(indexes.map((index) => this.order[index]).map((id, position) => ({
            snapshot: this.#snapshots.get(id),
            index: indexes[position],
            top: this.places.topOf(indexes[position]),
            isOpen: id === this.openID,
            isFocusable: id === focusID,
            isTicked: this.selection.has(id),
            isNew: this.#new.has(id),
            hasDraft: drafts.has(id),
            left: this.gone?.has(id) ? (this.#left.get(id) ?? { why: 'filter' }) : null,
        })));
    }

    /** The row of a ticket that was opened from elsewhere comes into sight, once the list has its height. */
    #revealOpen() {
        const index = this.order.indexOf(this.openID);
        if (index !== -1 && this.#revealed !== this.openID) this.places.reveal(index);
        if (index !== -1 || this.openID === null) this.#revealed = this.openID;
    }

    #searched() {
        this.options.onRoute({ q: this.filter.value });
        this.bar.drawChips();
        this.scroller.scrollTop = 0;
        this.source.ask({ isTyping: true });
        this.applyHeld();
    }

    #filtered() {
        this.options.onRoute(writeFilters(this.bar.filters));
        this.scroller.scrollTop = 0;
        this.applyHeld();
    }

    #sorted() {
        localStorage.setItem(`guichet.sort.${this.view}`, this.bar.sort.value);
        this.scroller.scrollTop = 0;
        this.bar.drawChips();
        this.applyHeld();
    }

    #highlight(snapshot) {
        // If the queue has more than is loaded, a ticket that only moved into it is not new.
        if (this.options.queue.hasMore && snapshot.seq > 1) return;
        this.#new.add(snapshot.id);
        if (this.source.belongs(snapshot)) {
            this.app.announcer.count('queue', (n) => t('queue.new', { n }));
        }
        setTimeout(() => {
            this.#new.delete(snapshot.id);
            this.render();
        }, HIGHLIGHT_MS);
    }
}
