// Downloads files of the hub with the token, and saves them through the browser.

import { toSearch } from '../../net/api.js';
import { csv } from '../../state/csv.js';
import { h } from './dom.js';

export { csv };

/** @param {import('../../app.js').App} app */
export async function download(app, path, name) {
    try {
        saveBlob(await app.api.file(path), name);
    } catch (error) {
        app.toasts.error(error, { retry: () => download(app, path, name) });
    }
}

export function saveBlob(blob, name) {
    const address = URL.createObjectURL(blob);
    h('a', { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The selected tickets as a table, made in the page; the hub exports by filter, not by selection. */
export function exportTickets(app, snapshots) {
    const columns = ['ref', 'title', 'status', 'priority', 'category', 'project', 'client', 'assignedTo',
        'createdAt', 'updatedAt'];
    const rows = snapshots.map((snapshot) => columns.map((name) =>
        (name === 'client' || name === 'assignedTo' ? (snapshot[name]?.name ?? '') : snapshot[name])));
    saveBlob(new Blob([csv([columns, ...rows])], { type: 'text/csv' }), 'tickets.csv');
}

export const historyPath = (id, format) =>
    `/api/tickets/${encodeURIComponent(id)}/history?${toSearch({ format })}`;
