// Lists the modules of the pages, including late modules and nested folders.

import { readdirSync } from 'node:fs';

const web = new URL('../', import.meta.url);

/** @param {string[]} folders of `web`; `''`: what stands beside the pages. @returns {string[]} `/net/api.js` … */
export const modulesIn = (...folders) => folders.flatMap((folder) =>
    readdirSync(new URL(`./${folder}`, web), { recursive: folder !== '' })
        .filter((name) => name.endsWith('.js'))
        .map((name) => (folder ? `/${folder}/${name}` : `/${name}`)));
