// When a list is saved on the device, for a page without a network.

import { scheduleTimer } from '../sdk/parts.js';

const SAVE_EVERY_MS = 10_000;

/**
 * Saves a list ten seconds after a change, and at once if a redaction took words that are still on
 * the device.
 * @param {import('./offline-tickets.js').OfflineTickets} kept
 * @param {{snapshots: Map<string, object>, on: Function}} list
 * @param {{now: () => number, isReady: () => boolean, schedule?: typeof scheduleTimer}} options
 *     `isReady`: the list is what the hub answered
 * @returns {() => void} saves now
 */
export function followList(kept, list, { now, isReady, schedule = scheduleTimer }) {
    const onDevice = () => kept.read()?.snapshots ?? [];
    let saved = onDevice();
    let cancel = null;
    const save = () => {
        cancel?.();
        cancel = null;
        if (!isReady()) return;
        kept.save(list.snapshots.values(), now());
        saved = onDevice();
    };
    list.on('change', () => {
        if (saved.some((each) => hasLostWords(each, list.snapshots.get(each.id)))) save();
        else cancel ??= schedule(save, SAVE_EVERY_MS);
    });
    return save;
}

const hasLostWords = (saved, now) =>
    Boolean((now?.redacted && !saved.redacted) || (now?.lastMessage?.redacted && !saved.lastMessage?.redacted));
