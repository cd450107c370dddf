// The fields of the form of a new ticket.

import { countDown } from '../parts/countdown.js';
import { h, say } from '../parts/dom.js';
import { icon } from '../parts/icon.js';

/**
 * The project field: none for one project, a choice for several, a text field if none is known.
 */
export function projectField(projects, chosen) {
    const fixed = {
        class: 'field',
        id: 'create-project',
        name: 'project',
        testid: 'create-project',
    };
    if (projects.length === 1) return null;
    if (projects.length === 0) return h('input', { ...fixed, value: 'support', maxlength: 64 });
    const options = projects.map(({ id, name }) =>
        h('option', { value: id, text: name ?? id, selected: id === chosen }));
    return h('select', fixed, ...options);
}

export const error = (name) => h('p', {
    class: 'field-error',
    id: `create-${name}-error`,
    hidden: true,
    testid: `create-${name}-error`,
});

/** The reason of a refusal. A wait is counted down; then the line disappears. */
export function refusalLine({ code, frame }, onEnd) {
    const line = h('p');
    if (code === 'rate_limited' && frame?.retryAfter) countDown(line, frame.retryAfter, onEnd);
    else say(line, `error.${code}`);
    return line;
}

export const labelled = (key, id, field, problem, hint) => h('div', { class: 'form-field' },
    h('label', { class: 'label', for: id, t: key }),
    field,
    problem,
    hint && h('p', { class: 'hint', id: `${id}-hint`, t: hint }),
);

export const choice = (name, key, options) => h('fieldset', { class: `choice choice-${name}` },
    h('legend', { class: 'label', t: key }),
    h('div', { class: 'choice-options' }, ...options),
);

export const radioCard = (code, shape, checked) =>
    h('label', { class: 'radio-card' }, h('input', {
        type: 'radio',
        name: 'category',
        value: code,
        checked,
        testid: `create-category-${code}`,
    }),
        icon(shape), h('span', { class: 'radio-name', t: `category.${code}` }), h('span', {
            class: 'radio-help',
            t: `category.${code}.help`,
        }));

export const radioPill = (code, checked) =>
    h('label', { class: 'radio-pill', data: { priority: code } },
        h('input', {
            type: 'radio',
            name: 'priority',
            value: code,
            checked,
            testid: `create-priority-${code}`,
        }),
        icon(code),
        h('span', { t: `priority.${code}` }),
    );
