// Asks an unreachable hub every few seconds whether it is back: the waits between two sockets grow,
// and the page should be live soon after.

import { scheduleTimer } from '../sdk/parts.js';

const EVERY_MS = 3000;

/**
 * @param {import('../sdk/parts.js').Connection} connection
 * @param {{isUp: () => Promise<boolean>, schedule?: Function}} options
 */
export function watchHub(connection, { isUp, schedule = scheduleTimer }) {
    let cancel = null;
    // A hub that asked for a later return has its slot: only a failed try begins the questions.
    const isUnreachable = () => ['connecting', 'offline'].includes(connection.status) && connection.refusals > 0;
    const ask = async () => {
        cancel = null;
        if (isUnreachable() && (await isUp()) && isUnreachable()) connection.wake();
        later();
    };
    const later = () => {
        if (['connecting', 'offline'].includes(connection.status)) cancel ??= schedule(ask, EVERY_MS);
    };
    connection.on('status', later);
    later();
}
