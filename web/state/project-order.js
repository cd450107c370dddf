// The order of a client's projects: latest activity first. It does not change while the list is in
// use.

import { fold } from './search-text.js';

/**
 * @param {string[]} shown ids in the order on the screen
 * @param {object[]} projects
 * @param {{query?: string, isHeld?: boolean}} options `isHeld`: shown projects keep their places;
 *     new ones follow them
 * @returns {object[]}
 */
export function orderProjects(shown, projects, { query = '', isHeld = false } = {}) {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const found = projects.filter(({ id, name }) => {
        const text = fold(`${name ?? ''} ${id}`);
        return words.every((word) => text.includes(word));
    });
    const place = new Map(isHeld ? shown.map((id, index) => [id, index]) : []);
    const placeOf = ({ id }) => place.get(id) ?? Infinity;
    return found.sort((a, b) => compare(placeOf(a), placeOf(b)) ||
        compare(b.lastActivityAt ?? '', a.lastActivityAt ?? '') ||
        (a.name ?? a.id).localeCompare(b.name ?? b.id));
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
