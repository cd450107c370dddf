// Declarations of example-moving-service.js.

import type { Caller } from './example-tickets-service.js';

export interface TicketService {
    getTicketById(id: string, caller: Caller): Promise<any>;
    canAccess(id: string, caller: Caller): Promise<boolean>;
    appendMessage(id: string, message: any, caller: Caller): Promise<any>;
    appendHistory(id: string, change: any, caller: Caller): Promise<any>;
}

export interface OldTicketService extends TicketService {
    /** The project of a ticket; null for one that the old collection does not have. */
    projectOf(id: string): Promise<unknown>;
}

/** `moved`: projects, comma-separated, or `*`; without it, `GUICHET_PROJECTS`. */
export function movingService(old: OldTicketService, options?: { moved?: string }): TicketService;
