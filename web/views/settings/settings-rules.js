// Shows the server's configuration: service levels, their working hours, webhooks. They cannot be
// changed here.

import { language, longDate, number, t, weekday } from '../../i18n/index.js';
import { holidaysFrom, splitMinutes, weekOf } from '../../state/rules.js';
import { h, say } from '../parts/dom.js';
import { icon } from '../parts/icon.js';

const table = (columns, rows, testid) => h('div', { class: 'table-scroll' },
    h('table', { class: 'settings-table', testid },
        h('thead', {}, h('tr', {}, ...columns.map((key) => h('th', { scope: 'col', t: key })))),
        h('tbody', {}, ...rows)));

/** A part that is loaded each time it is shown. */
class ReadOnly {
    #answer = null;

    constructor(app, { path, lead, draw }) {
        Object.assign(this, { app, path, draw });
        this.body = h('div', { class: 'rules' });
        this.element = h('div', {}, h('p', { class: 'lead', t: lead }), this.body);
        language.on('change', () => this.#answer && this.body.replaceChildren(...draw(this.#answer)));
    }

    async load() {
        try {
            this.#answer = await this.app.api.request('GET', this.path);
            this.body.replaceChildren(...this.draw(this.#answer));
        } catch (error) {
            if (this.#answer) return this.app.toasts.error(error, { retry: () => this.load() });
            const said = h('p', { class: 'hint settings-blank' });
            say(said, error.frame?.status === 404 ? 'settings.absent' : 'list.failed');
            this.body.replaceChildren(said);
        }
        return undefined;
    }
}

function minutesText(total) {
    const parts = splitMinutes(total);
    if (!parts) return '—';
    const { days, hours, minutes } = parts;
    if (days > 0) return t('rules.days', { n: days });
    if (hours === 0) return t('rules.minutes', { n: minutes });
    return minutes === 0 ? t('rules.hours', { n: hours }) : t('duration.hours', { h: hours, m: String(minutes).padStart(2, '0') });
}

export class SlaSettings extends ReadOnly {
    constructor(app) {
        super(app, {
            path: '/api/sla', lead: 'rules.slaLead',
            draw: ({ policies, calendars }) => [
                h('h2', { class: 'panel-title', t: 'rules.policies' }),
                table(['rules.rank', 'filters.priority', 'filters.category', 'filters.project',
                    'sla.clock.firstResponse', 'sla.clock.nextResponse', 'sla.clock.resolution', 'rules.calendar'],
                policies.map(policyRow), 'sla-policies'),
                h('h2', { class: 'panel-title', t: 'rules.calendars' }),
                ...(calendars.length > 0
                    ? calendars.map((calendar) => calendarCard(calendar, app.clock.now()))
                    : [h('p', { class: 'hint', t: 'rules.noCalendar' })]),
            ],
        });
    }
}

function policyRow({ match = {}, firstResponseMinutes, nextResponseMinutes, targetHours, calendar }, index) {
    const either = (field, words) => [match[field]].flat().filter(Boolean)
        .map((code) => (words ? t(`${field}.${code}`) : code)).join(', ') || t(field === 'project' ? 'rules.anyProject' : 'rules.any');
    const cell = (text, isFigure) => h('td', { class: isFigure ? 'figure' : '', text });
    return h('tr', { testid: 'policy' },
        h('th', { scope: 'row', class: 'figure', text: number(index + 1) }),
        cell(either('priority', true)), cell(either('category', true)), cell(either('project', false)),
        cell(minutesText(firstResponseMinutes), true), cell(minutesText(nextResponseMinutes), true),
        cell(minutesText(targetHours === null || targetHours === undefined ? null : targetHours * 60), true),
        cell(calendar ?? t('rules.always')));
}

function calendarCard(calendar, now) {
    const { coming, past } = holidaysFrom(calendar.holidays ?? [], new Date(now).toISOString().slice(0, 10));
    const day = ({ day: code, frames, minutes }, index) => h('tr', {},
        h('th', { scope: 'row', text: weekday(index) }),
        h('td', { class: 'day-bar' }, dayBar(frames)),
        h('td', { class: 'figure', text: frames.map(({ from, to }) => `${from} – ${to}`).join(', ') || t('rules.closed'), data: { day: code } }),
        h('td', { class: 'figure', text: minutes > 0 ? minutesText(minutes) : '' }));
    const date = (each, isPast) => h('li', { class: 'holiday', data: { past: String(isPast) } },
        h('time', { datetime: each, text: longDate(each) }));
    return h('section', { class: 'calendar', testid: 'calendar' },
        h('div', { class: 'calendar-head' }, icon('clock'), h('h3', { text: calendar.name }),
            h('span', { class: 'hint', text: calendar.timeZone })),
        h('table', { class: 'settings-table week', tLabel: ['rules.weekOf', { name: calendar.name }] },
            h('tbody', {}, ...weekOf(calendar).map(day))),
        h('div', { class: 'holidays' },
            h('h4', { class: 'label', t: ['rules.holidays', { n: coming.length + past.length }] }),
            coming.length + past.length === 0
                ? h('p', { class: 'hint', t: 'rules.noHoliday' })
                : h('ul', { class: 'holiday-list' }, ...coming.map((each) => date(each, false)),
                    ...past.map((each) => date(each, true)))));
}

/** The day from midnight to midnight, with its open hours filled and their text beside. */
function dayBar(frames) {
    const bar = h('span', { class: 'open-bar', 'aria-hidden': 'true' });
    for (const { start, share } of frames) {
        const frame = h('i');
        frame.style.insetInlineStart = `${start * 100}%`;
        frame.style.inlineSize = `${share * 100}%`;
        bar.append(frame);
    }
    return bar;
}

export class WebhookSettings extends ReadOnly {
    constructor(app) {
        super(app, {
            path: '/api/webhooks', lead: 'rules.webhooksLead',
            draw: ({ webhooks }) => (webhooks.length === 0
                ? [h('p', { class: 'hint settings-blank', t: 'rules.noWebhook' })]
                : [table(['rules.url', 'rules.events', 'rules.internal'], webhooks.map(webhookRow), 'webhooks')]),
        });
    }
}

const webhookRow = ({ url, events, internal }) => h('tr', { testid: 'webhook' },
    h('th', { scope: 'row' }, h('code', { text: url })),
    h('td', {}, ...(events === '*'
        ? [h('span', { t: 'rules.everything' })]
        : events.map((name) => h('code', { class: 'shortcut', text: name })))),
    h('td', { t: internal ? 'rules.yes' : 'rules.no' }));
