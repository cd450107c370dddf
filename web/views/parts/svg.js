// Chart drawing: SVG elements, scales, paths. Colours come from the style sheet by class.

const NS = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {object} attributes @param {...(Node|string)} children */
export function s(tag, attributes = {}, ...children) {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== undefined && value !== null) element.setAttribute(name, String(value));
    }
    // Names of people and projects keep their own direction; style sheets use this attribute.
    if (tag === 'text' || tag === 'title') element.setAttribute('dir', 'auto');
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

/** A round number at or above `max`, for a readable end of the axis. */
export function niceMax(max) {
    if (max <= 4) return 4;
    const power = 10 ** Math.floor(Math.log10(max));
    return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= max);
}

export const linear = (from, to, max) => (value) => from + ((to - from) * value) / (max || 1);

/** A line through points; gaps (null) interrupt it. */
export function linePath(points) {
    let isDown = false;
    return points.map(([x, y]) => {
        if (y === null) {
            isDown = false;
            return '';
        }
        const step = `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
        isDown = true;
        return step;
    }).join('');
}

/** Stripes and dots distinguish stacks without colour. */
export function patterns(id) {
    const lines = (name, angle, gap) => s('pattern', {
        id: `${id}-${name}`, width: gap, height: gap, patternUnits: 'userSpaceOnUse',
        patternTransform: `rotate(${angle})`,
    }, s('rect', { width: 1.4, height: gap, class: 'pattern-ink' }));
    return s('defs', {}, lines('stripes', 45, 6), lines('rows', 90, 5),
        s('pattern', { id: `${id}-dots`, width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
            s('circle', { cx: 2, cy: 2, r: 1.2, class: 'pattern-ink' })));
}
