// The frame of each chart: a sentence as title, the numbers as a table, and downloads.

import { t } from '../../i18n/index.js';
import { h } from '../parts/dom.js';
import { saveTable } from '../parts/downloads.js';

/**
 * @param {{title: string, note?: string, chart: Element|null, columns: string[], rows: Array<Array<string|number>>,
 *     name: string, legend?: Array<{name: string, tone: string}>}} options `chart` null: too little data
 */
export function chartCard({ title, note, chart, columns, rows, name, legend = [] }) {
    const table = h('table', { class: 'report-table' },
        h('caption', { class: 'visually-hidden', text: title }),
        h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col', text: column })))),
        h('tbody', {}, ...rows.map(([first, ...rest]) => h('tr', {},
            h('th', { scope: 'row', text: String(first) }),
            ...rest.map((value) => h('td', { text: String(value ?? '—') }))))));
    const details = h('details', { class: 'chart-table' },
        h('summary', { class: 'link-button', t: 'reports.asTable', testid: `table-${name}` }),
        h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': title }, table));
    const button = (text, run) => h('button', { class: 'link-button', type: 'button', text, on: { click: run } });
    return h('figure', { class: 'chart-card', testid: `chart-${name}` },
        h('figcaption', {}, h('h2', { class: 'chart-title', text: title }),
            note && h('p', { class: 'hint', text: note })),
        legend.length > 0 && h('ul', { class: 'legend' }, ...legend.map(({ name: text, tone }) =>
            h('li', {}, h('span', { class: `legend-mark tone-${tone}`, 'aria-hidden': 'true' }), text))),
        chart ?? h('p', { class: 'chart-blank', t: 'reports.tooLittle' }),
        h('div', { class: 'chart-foot' }, details,
            button('CSV', () => saveTable([columns, ...rows], `${name}.csv`)),
            chart?.tagName === 'svg' && button('SVG', () => saveBlob(svgBlob(chart), `${name}.svg`)),
            chart?.tagName === 'svg' && button('PNG', () => savePNG(chart, name))));
}

/** A file lacks the page's styles, so they are written into the copy. */
function svgBlob(svg) {
    const copy = svg.cloneNode(true);
    const [from, to] = [svg.querySelectorAll('*'), copy.querySelectorAll('*')];
    from.forEach((element, index) => {
        const style = getComputedStyle(element);
        for (const name of ['fill', 'stroke', 'stroke-width', 'fill-opacity', 'font-size', 'font-family', 'text-anchor']) {
            const own = element.getAttribute(name);
            if (!own?.startsWith('url(')) to[index].setAttribute(name, style.getPropertyValue(name));
        }
    });
    copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
    return new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' });
}

function savePNG(svg, name) {
    const address = URL.createObjectURL(svgBlob(svg));
    const image = new Image();
    image.onload = () => {
        const { width, height } = svg.viewBox.baseVal;
        const canvas = h('canvas', { width: width * 2, height: height * 2 });
        const context = canvas.getContext('2d');
        context.fillStyle = getComputedStyle(svg.closest('.chart-card')).backgroundColor;
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => saveBlob(blob, `${name}.png`));
        URL.revokeObjectURL(address);
    };
    image.src = address;
}

/** @param {number|null} share 0 to 1 */
export const percent = (share) => (share === null ? '—' : t('reports.percent', { n: Math.round(share * 1000) / 10 }));
