// The line above a technician's composer: the ticket has no technician, has another one, or another
// one is answering.

import { h, say } from '../parts/dom.js';
import { needsHub } from './needs-hub.js';

/**
 * @param {HTMLElement} element
 * @param {{room: object, me: object, mode: string, onTake: () => void,
 *     onPing: () => void}} context
 */
export function drawNotice(element, { room, me, mode, onTake, onPing }) {
    const { snapshot } = room;
    const rival = room.writers().find(({ by, internal }) =>
        by.id !== me.id && by.role !== 'client' && !internal);
    const isOver = ['resolved', 'closed'].includes(snapshot.status);
    const notice = choose({ snapshot, me, mode, rival, isOver });
    element.hidden = notice === null;
    if (notice === null) delete element.dataset.notice;
    if (notice === null || element.dataset.notice === notice.id) return;
    element.dataset.notice = notice.id;
    element.dataset.tone = notice.tone;
    const text = h('span');
    say(text, notice.label);
    element.replaceChildren(text);
    if (notice.canTake) {
        element.append(
            needsHub(h('button', {
                class: 'link-button',
                type: 'button',
                t: 'action.take',
                on: { click: onTake },
            })),
        );
    }
    if (notice.canPing) {
        element.append(
            h('button', {
                class: 'link-button',
                type: 'button',
                t: 'typing.ping',
                testid: 'ping',
                on: { click: onPing },
            }),
        );
    }
}

function choose({ snapshot, me, mode, rival, isOver }) {
    if (snapshot.status === 'closed') {
        return { id: 'closed', tone: 'plain', label: 'composer.closedPublic' };
    }
    if (rival) {
        return {
            id: `rival-${rival.by.id}`,
            tone: 'warn',
            label: ['typing.collision', { name: rival.by.name }],
            canPing: true,
        };
    }
    if (isOver || mode === 'note') return null;
    if (!snapshot.assignedTo) {
        return { id: 'unassigned', tone: 'plain', label: 'composer.unassigned', canTake: true };
    }
    if (snapshot.assignedTo.id === me.id) return null;
    return {
        id: `other-${snapshot.assignedTo.id}`,
        tone: 'plain',
        label: ['composer.assignedTo', { name: snapshot.assignedTo.name }],
    };
}
