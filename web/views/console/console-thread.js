// The thread for staff: its header, its composer with quick replies and mentions, and the line that
// names the technician.

import { drawNotice } from '../thread/composer-notice.js';
import { ConsoleHeader } from './console-header.js';
import { Thread } from '../thread/thread.js';

/** @param {import('./console-page.js').ConsolePage} page */
export function makeThread(page) {
    const { app, actions } = page;
    const header = new ConsoleHeader(app, {
        onBack: () => page.back(),
        onPanel: () => page.togglePanel(),
        act: (action) => actions.act(action, thread.room?.snapshot),
        onTitle: (title) => actions.set(thread.room.snapshot, { title }),
        onShow: (show) => thread?.log.setShow(show),
    });
    let thread = null;
    thread = new Thread(app, {
        audience: 'staff',
        header,
        empty: { text: 'thread.empty', hint: 'thread.emptyHint' },
        onRedact: async (message) => {
            const { redactMessage } = await import('../thread/redact.js');
            redactMessage(app, thread.room.id, message);
        },
        onSplit: (message) => page.late.create({ message, snapshot: thread.room.snapshot }),
        composing: {
            quickReplies: page.quickReplies, menus: page.menus, drafts: page.drafts, onNext: () => page.openNext(),
        },
    });
    thread.drawNotice = () => {
        const { room, composer } = thread;
        if (!room?.snapshot || room.gone) return;
        drawNotice(composer.notice, {
            room, me: app.me, mode: composer.mode,
            onTake: () => actions.act('take', room.snapshot),
            onPing: () => composer.setMode('note'),
        });
    };
    // Typing signals expire without an event, so the line is updated each second.
    thread.composer.notice.addEventListener('tick', () => thread.drawNotice());
    return thread;
}
