// Downloads files of the hub with the token, and saves them through the browser.

import { toSearch } from '../../net/api.js';
import { csv } from '../../state/csv.js';
import { h } from './dom.js';

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
    saveTable([columns, ...rows], 'tickets.csv');
}

/** A table as CSV. With a byte order mark, without which Excel reads another encoding. */
export const saveTable = (rows, name) => saveBlob(new Blob(['\uFEFF', csv(rows)], { type: 'text/csv' }), name);

export const historyPath = (id, format) =>
    `/api/tickets/${encodeURIComponent(id)}/history?${toSearch(format === 'csv' ? { format, bom: 1 } : { format })}`;
