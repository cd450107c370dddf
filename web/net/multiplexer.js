// Shares one socket among many tabs of one person: passes each answer to the tab that asked, and
// everything else to all tabs. Runs in the shared worker, or in the leading tab where there is
// none.

import { decodeFrame, Pacer } from '../sdk/parts.js';

/** After this silence a tab may close the socket for all tabs. */
const SILENT_MS = 10_000;

export class Multiplexer {
    #tabs = new Map();
    #pending = new Map();
    #socket = null;
    #hello = null;
    #helloAt = 0;
    #lastFrameAt = 0;
    #nextID = 1;
    #nextTab = 1;
    /** Ticket → whether any tab has it in view, as last sent to the hub. */
    #views = new Map();

    /** @param {{openSocket: Function, pacer?: Pacer, now?: () => number}} options */
    constructor({ openSocket, now = () => Date.now(), pacer = new Pacer({ now }) }) {
        Object.assign(this, { openSocket, pacer, now });
    }

    /**
     * @param {(message: object) => void} post to the tab: `open`, `frame`, `closed`, `primary`
     * @returns {{receive: (message: object) => void, detach: () => void}}
     */
    attach(post) {
        const tab = { id: this.#nextTab++, post, isOpen: false, rooms: new Set(), views: new Map() };
        this.#tabs.set(tab.id, tab);
        this.#elect();
        return {
            receive: (message) => this.#receive(tab, message),
            detach: () => this.#detach(tab),
        };
    }

    #receive(tab, { kind, url, protocols, text }) {
        if (kind === 'open') this.#open(tab, url, protocols);
        else if (kind === 'send') this.#send(tab, text);
        else if (kind === 'close') this.#close(tab);
        else if (kind === 'bye') this.#detach(tab);
    }

    #open(tab, url, protocols) {
        if (!this.#tabs.has(tab.id)) this.#tabs.set(tab.id, tab);
        tab.isOpen = true;
        this.#elect();
        if (this.#socket && this.#hello) return this.#greet(tab);
        if (this.#socket) return;
        const socket = this.openSocket(url, protocols);
        this.#socket = socket;
        this.#lastFrameAt = this.now();
        socket.onmessage = ({ data }) => this.#socket === socket && this.#hear(data);
        socket.onclose = ({ code }) => this.#socket === socket && this.#lost(code);
        socket.onerror = () => {};  // a close always follows
    }

    /** A later tab gets the same greeting, with the current time. */
    #greet(tab) {
        const time = Date.parse(this.#hello.time) + this.now() - this.#helloAt;
        this.#give(tab, { ...this.#hello, time: new Date(time).toISOString() });
    }

    #send(tab, text) {
        const frame = decodeFrame(text);
        if (!frame || !tab.isOpen) return;
        if (frame.type === 'leave') {
            tab.rooms.delete(frame.ticket);
            if (this.#holds(frame.ticket)) {
                return this.#give(tab, { type: 'left', re: frame.id, ticket: frame.ticket });
            }
        }
        if (frame.type === 'view') return this.#view(tab, frame);
        if (frame.type === 'read') this.#tellOthers(tab, frame);
        if (frame.id === undefined) return this.#write(frame);
        const id = String(this.#nextID++);
        this.#pending.set(id, { tab, id: frame.id, type: frame.type });
        this.#write({ ...frame, id });
    }

    /** A ticket is in view as long as one tab shows it. */
    #view(tab, { ticket, focus }) {
        tab.views.set(ticket, focus);
        this.#tellView(ticket);
    }

    #tellView(ticket) {
        const focus = [...this.#tabs.values()].some((tab) => tab.views.get(ticket) === true);
        if (this.#views.get(ticket) === focus) return;
        this.#views.set(ticket, focus);
        this.#write({ type: 'view', ticket, focus });
    }

    /** Passes a tab's read mark to the other tabs; the hub sends it only to other people. */
    #tellOthers(tab, { ticket, seq }) {
        const frame = { type: 'read', ticket, by: this.#hello?.you, seq };
        for (const other of this.#tabs.values()) {
            if (other !== tab && other.isOpen && frame.by) this.#give(other, frame);
        }
    }

    #hear(data) {
        this.#lastFrameAt = this.now();
        const frame = decodeFrame(data);
        if (!frame) return;
        const asked = frame.re === undefined ? null : this.#pending.get(String(frame.re));
        if (asked) {
            this.#pending.delete(String(frame.re));
            return this.#answer(asked, frame);
        }
        if (frame.re !== undefined) return;
        if (frame.type === 'hello') {
            this.#hello = frame;
            this.#helloAt = this.now();
        }
        for (const tab of this.#tabs.values()) if (tab.isOpen) tab.post({ kind: 'frame', data });
    }

    #answer({ tab, id, type }, frame) {
        if (frame.type === 'joined') tab.rooms.add(frame.ticket.id);
        if (tab.isOpen) this.#give(tab, { ...frame, re: id });
        if (type !== 'queue.join' || frame.type !== 'queue') return;
        // One connection has one queue: a new join restarts `rev`, for every tab.
        const { re, ...afresh } = frame;
        for (const other of this.#tabs.values()) {
            if (other !== tab && other.isOpen) this.#give(other, afresh);
        }
    }

    #close(tab) {
        tab.isOpen = false;
        const isSilent = this.now() - this.#lastFrameAt > SILENT_MS;
        if ([...this.#tabs.values()].some(({ isOpen }) => isOpen) && !isSilent) return;
        const socket = this.#socket;
        this.#lost(1006);
        socket?.close();
    }

    #detach(tab) {
        if (!this.#tabs.delete(tab.id)) return;
        for (const ticket of tab.rooms) {
            if (!this.#holds(ticket)) this.#write({ type: 'leave', id: `x${this.#nextID++}`, ticket });
        }
        for (const ticket of tab.views.keys()) this.#tellView(ticket);
        this.#elect();
        if (this.#tabs.size === 0) this.#close(tab);
    }

    #lost(code) {
        this.#socket = null;
        this.#hello = null;
        this.#pending.clear();
        this.#views.clear();
        this.pacer.clear();
        for (const tab of this.#tabs.values()) {
            tab.rooms.clear();
            tab.views.clear();
            if (!tab.isOpen) continue;
            tab.isOpen = false;
            tab.post({ kind: 'closed', code });
        }
    }

    /** One tab plays the sounds and shows the notifications. */
    #elect() {
        const [first] = this.#tabs.values();
        for (const tab of this.#tabs.values()) tab.post({ kind: 'primary', is: tab === first });
    }

    #holds = (ticket) => [...this.#tabs.values()].some(({ rooms }) => rooms.has(ticket));

    #give = (tab, frame) => tab.post({ kind: 'frame', data: JSON.stringify(frame) });

    #write(frame) {
        this.pacer.run(() => {
            if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
        });
    }
}
