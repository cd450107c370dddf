// The drawings of the reports: lines, stacked bars, bars, a heat map. Each point can be reached by
// keyboard and has a text with its value.

import { number } from '../../i18n/index.js';
import { linear, linePath, niceMax, patterns, s } from '../parts/svg.js';

/** Below it a drawing has fewer units, so that its words need not shrink with it. */
export const NARROW_PX = 480;
const unitsWide = () => (globalThis.innerWidth < NARROW_PX ? 400 : 640);
const isNarrow = () => unitsWide() === 400;
const H = 230;
const PAD = { left: 46, right: 14, top: 12, bottom: 28 };
/** Where bars with a name begin. */
const ROW_X = 160;
let count = 0;

const point = (shape, label) => {
    shape.setAttribute('tabindex', '0');
    shape.setAttribute('role', 'img');
    shape.setAttribute('aria-label', label);
    shape.append(s('title', {}, label));
    return shape;
};

function drawing(height, label, ...parts) {
    return s('svg', {
        viewBox: `0 0 ${unitsWide()} ${height}`, class: isNarrow() ? 'chart chart-narrow' : 'chart', role: 'group',
        'aria-label': label,
    }, ...parts);
}

function frame(max, format, label) {
    const W = unitsWide();
    const y = linear(H - PAD.bottom, PAD.top, max);
    const steps = [0, 0.25, 0.5, 0.75, 1].map((share) => share * max);
    const grid = steps.map((value) => s('g', {},
        s('line', { x1: PAD.left, x2: W - PAD.right, y1: y(value), y2: y(value), class: 'grid-line' }),
        s('text', { x: PAD.left - 8, y: y(value) + 4, class: 'axis axis-y' }, format(value))));
    return { svg: drawing(H, label, ...grid), y };
}

const labelEvery = (count) => Math.max(1, Math.ceil(count / (isNarrow() ? 4 : 8)));

/**
 * @param {{label: string, labels: string[], series: Array<{name: string, values: Array<number|null>,
 *     tone: string, isArea?: boolean}>, format?: (value: number) => string, max?: number}} data
 */
export function lineChart({ label, labels, series, format = number, max: given }) {
    const max = given ?? niceMax(Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
    const { svg, y } = frame(max, format, label);
    const W = unitsWide();
    const x = (index) => PAD.left + ((W - PAD.left - PAD.right) * (index + 0.5)) / labels.length;
    for (const { values, tone, isArea } of series) {
        const points = values.map((value, index) => [x(index), value === null ? null : y(value)]);
        if (isArea && points.length > 0) {
            const base = H - PAD.bottom;
            svg.append(s('path', {
                d: `${linePath(points)}L${x(values.length - 1)} ${base}L${x(0)} ${base}Z`, class: `area tone-${tone}`,
            }));
        }
        svg.append(s('path', { d: linePath(points), class: `line tone-${tone}` }));
    }
    labels.forEach((text, index) => {
        if (index % labelEvery(labels.length) === 0) {
            svg.append(s('text', { x: x(index), y: H - 8, class: 'axis axis-x' }, text));
        }
        const words = series.filter(({ values }) => values[index] !== null).map(({ name, values }) =>
            `${name} ${format(values[index])}`).join(', ');
        const width = (W - PAD.left - PAD.right) / labels.length;
        svg.append(point(s('rect', {
            x: x(index) - width / 2, y: PAD.top, width, height: H - PAD.top - PAD.bottom, class: 'hit',
        }), `${text} : ${words}`));
    });
    return svg;
}

/** @param {{label: string, labels: string[], series: Array<{name: string, values: number[], tone: string, pattern?: string}>}} data */
export function stackedBars({ label, labels, series }) {
    const id = `pattern-${++count}`;
    const totals = labels.map((_, index) => series.reduce((sum, { values }) => sum + values[index], 0));
    const { svg, y } = frame(niceMax(Math.max(0, ...totals)), number, label);
    svg.append(patterns(id));
    const W = unitsWide();
    const slot = (W - PAD.left - PAD.right) / labels.length;
    const width = Math.min(64, slot * 0.6);
    labels.forEach((text, index) => {
        const left = PAD.left + slot * (index + 0.5) - width / 2;
        let sum = 0;
        for (const { values, tone, pattern } of series) {
            const [top, bottom] = [y(sum + values[index]), y(sum)];
            sum += values[index];
            const box = { x: left, y: top, width, height: Math.max(0, bottom - top) };
            svg.append(s('rect', { ...box, class: `bar tone-${tone}` }));
            if (pattern) svg.append(s('rect', { ...box, fill: `url(#${id}-${pattern})`, 'pointer-events': 'none' }));
        }
        const words = series.map(({ name, values }) => `${name} ${number(values[index])}`).join(', ');
        svg.append(
            s('text', { x: left + width / 2, y: y(totals[index]) - 5, class: 'axis bar-total' }, number(totals[index])),
            s('text', { x: left + width / 2, y: H - 8, class: 'axis axis-x' }, text),
            point(s('rect', { x: left, y: PAD.top, width, height: H - PAD.top - PAD.bottom, class: 'hit' }),
                `${text} : ${words}`));
    });
    return svg;
}

/** @param {{label: string, rows: Array<{name: string, values: number[]}>, tones: string[]}} data */
export function rowBars({ label, rows, tones }) {
    const W = unitsWide();
    const height = rows.length * 34 + 10;
    const max = Math.max(1, ...rows.flatMap(({ values }) => values));
    const x = linear(ROW_X, W - 60, max);
    const svg = drawing(height, label);
    rows.forEach(({ name, values, words }, index) => {
        const top = index * 34 + 6;
        const short = name.length > 18 ? `${name.slice(0, 17)}…` : name;
        svg.append(s('text', { x: ROW_X - 10, y: top + 16, class: 'axis axis-y' }, short));
        values.forEach((value, at) => {
            const y = top + at * 12;
            svg.append(s('rect', { x: ROW_X, y, width: Math.max(1, x(value) - ROW_X), height: 10, rx: 2, class: `bar tone-${tones[at]}` }),
                s('text', { x: x(value) + 6, y: y + 9, class: 'axis' }, number(value)));
        });
        svg.append(point(s('rect', { x: 0, y: top - 4, width: W, height: 32, class: 'hit' }), `${name} : ${words}`));
    });
    return svg;
}

/** @param {{label: string, days: string[], values: number[][], word: (day: string, hour: number, n: number) => string}} data */
export function heatMap({ label, days, values, word }) {
    const max = Math.max(1, ...values.flat());
    const cell = (unitsWide() - 60) / 24;
    const svg = drawing(days.length * 24 + 24, label);
    days.forEach((day, row) => {
        svg.append(s('text', { x: 50, y: row * 24 + 16, class: 'axis axis-y' }, day));
        values[row].forEach((n, hour) => svg.append(point(s('rect', {
            x: 58 + hour * cell, y: row * 24 + 2, width: cell - 2, height: 20, rx: 3, class: 'heat',
            'fill-opacity': n === 0 ? 0.05 : 0.15 + 0.85 * (n / max),
        }), word(day, hour, n))));
    });
    for (let hour = 0; hour < 24; hour += isNarrow() ? 6 : 3) {
        svg.append(s('text', { x: 58 + hour * cell + cell / 2, y: days.length * 24 + 18, class: 'axis axis-x' }, `${hour} h`));
    }
    return svg;
}

/** A small line without axes. */
export function sparkline(values, label) {
    const [w, h] = [120, 28];
    const max = Math.max(1, ...values.map((value) => value ?? 0));
    const points = values.map((value, index) =>
        [(w * (index + 0.5)) / values.length, value === null ? null : h - 3 - ((h - 6) * value) / max]);
    return s('svg', { viewBox: `0 0 ${w} ${h}`, class: 'sparkline', role: 'img', 'aria-label': label },
        s('path', { d: linePath(points), class: 'line tone-a' }));
}
