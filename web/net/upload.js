// Uploads one file. Uses XMLHttpRequest, because `fetch` reports no progress.

import { CommandError } from '../sdk/parts.js';
import { below } from './base.js';

/**
 * @param {import('./api.js').API} api
 * @param {File} file
 * @param {(share: number) => void} onProgress 0 to 1
 * @returns {{done: Promise<object>, cancel: () => void}} `done`: the attachment
 */
export function uploadFile(api, file, onProgress) {
    const request = new XMLHttpRequest();
    const done = new Promise((resolve, reject) => {
        request.open('POST', below('/api/upload'));
        if (api.authorization) request.setRequestHeader('Authorization', api.authorization);
        request.responseType = 'json';
        request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
        request.onload = () => {
            if (request.status === 201 || request.status === 200) return resolve(request.response);
            const code = request.response?.code ?? (request.status === 413 ? 'too_large' : 'unavailable');
            return reject(new CommandError({ code, status: request.status }));
        };
        request.onerror = () => reject(new CommandError({ code: 'disconnected' }));
        request.onabort = () => reject(new CommandError({ code: 'cancelled' }));
        const form = new FormData();
        form.append('file', file);
        request.send(form);
    });
    return { done, cancel: () => request.abort() };
}
