// Where a client with several projects begins.

import { relative } from '../i18n/index.js';
import { h } from './dom.js';

/**
 * @param {import('../app.js').App} app
 * @param {object[]} projects
 * @param {(project: object) => void} onPick
 */
export function projectPicker(app, projects, onPick) {
    const cards = projects.map((project) => {
        const card = h('button', {
            class: 'project-card',
            type: 'button',
            testid: 'project',
            data: { project: project.id },
            on: { click: () => onPick(project) },
        },
            h('span', { class: 'project-name', text: project.name ?? project.id }),
            h('span', { class: 'project-count', t: ['project.open', { n: project.open ?? 0 }] }));
        if (project.waiting > 0) {
            card.append(
                h('span', {
                    class: 'project-waiting',
                    t: ['project.waiting', { n: project.waiting }],
                }),
            );
        }
        if (project.lastActivityAt) {
            card.append(
                h('span', {
                    class: 'project-activity',
                    t: [
                        'project.activity',
                        { when: relative(project.lastActivityAt, app.clock.now()) },
                    ],
                }),
            );
        }
        return card;
    });
    const grid = h('div', { class: 'project-grid' }, ...cards);
    grid.addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        cards[(cards.indexOf(document.activeElement) + step + cards.length) % cards.length].focus();
    });
    return h('section', { class: 'picker' },
        h('h1', { class: 'picker-title', t: 'project.title' }),
        h('p', { class: 'lead', t: 'project.lead' }),
        grid,
    );
}
