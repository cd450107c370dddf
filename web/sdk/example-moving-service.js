// The ticket service of an application while it moves, project by project: tickets of a project that
// has moved are the hub's, all others stay with the service that the application has.
//
// The old service finds a ticket's project, so it goes on reading its collection. Nothing falls back:
// a hub that is away is an error, never an answer from the old collection, whose copy is out of date.

import * as hub from './example-tickets-service.js';

/**
 * @param {object} old the application's own functions: `getTicketById`, `canAccess`,
 *     `appendMessage`, `appendHistory`, and `projectOf(id)`, which answers the project of a ticket
 *     without regard to a caller, and null for a ticket that the old collection does not have
 * @param {object} [options]
 * @param {string} [options.moved] the projects that have moved, comma-separated; `*`: all. Without
 *     it, `GUICHET_PROJECTS`, read at each call
 * @returns {object} the same functions
 */
export function movingService(old, { moved } = {}) {
    const service = async (id) => {
        const projects = names(moved ?? globalThis.process?.env?.GUICHET_PROJECTS ?? '');
        if (projects.has('*')) return hub;
        if (projects.size === 0) return old;
        const project = await old.projectOf(id);
        // What the old collection does not have was created in the hub.
        return project === null || projects.has(String(project)) ? hub : old;
    };
    const passing = (name) => async (id, ...rest) => (await service(id))[name](id, ...rest);
    return {
        getTicketById: passing('getTicketById'),
        canAccess: passing('canAccess'),
        appendMessage: passing('appendMessage'),
        appendHistory: passing('appendHistory'),
    };
}

const names = (text) => new Set(text.split(',').map((name) => name.trim()).filter(Boolean));
