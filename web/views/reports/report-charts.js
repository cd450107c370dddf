// The charts of the reports, each with its sentence.

import { language, localeOf, number, shortDay, span, t } from '../../i18n/index.js';
import { CLOCKS, compliance, weekly } from '../../state/report.js';
import { PRIORITIES } from '../../state/urgency.js';
import { chartCard, percent } from './chart-card.js';
import { heatMap, lineChart, rowBars, sparkline, stackedBars } from './charts.js';
import { h } from '../parts/dom.js';

const PATTERNS = { urgent: undefined, high: 'stripes', normal: 'dots', low: 'rows' };
const MONDAY = Date.UTC(2026, 0, 5);

const dayLabels = (days) => days.map(({ day }) => shortDay(day));
const has = (values) => values.some((value) => value > 0);
const ms = (value) => (value === null || value === undefined ? '—' : span(value));

/** @param {object} report the answer of `GET /api/stats` @returns {Element[]} */
export function drawCharts(report) {
    return [flow(report), promises(report), answers(report), arrivals(report), backlog(report),
        groups(report, 'categories', 'category'), groups(report, 'projects', 'project'),
        technicians(report), bounce(report)];
}

function flow({ days }) {
    const labels = dayLabels(days);
    const series = [
        { name: t('reports.backlog'), values: days.map((day) => day.backlog), tone: 'soft', isArea: true },
        { name: t('reports.created'), values: days.map(({ created }) => created), tone: 'a' },
        { name: t('reports.resolved'), values: days.map(({ resolved }) => resolved), tone: 'b' },
    ];
    const title = t('reports.flowTitle');
    return chartCard({
        title, name: 'flow', legend: series, note: t('reports.unitTickets'),
        chart: series.some(({ values }) => has(values)) ? lineChart({ label: title, labels, series }) : null,
        columns: [t('reports.day'), ...series.map(({ name }) => name)],
        rows: days.map(({ day }, index) => [day, ...series.map(({ values }) => values[index])]),
    });
}

function promises({ totals, days }) {
    const rows = CLOCKS.map((clock) => {
        const waits = totals[clock] ?? {};
        const failed = Math.max(waits.missed ?? 0, waits.breached ?? 0);
        return { clock, waits, n: (waits.met ?? 0) + failed, share: compliance(waits) };
    });
    const list = h('ul', { class: 'promises' }, ...rows.map(({ clock, waits, n, share }) => h('li', {},
        h('span', { class: 'tile-label', t: `sla.clock.${clock}` }),
        h('strong', { class: 'tile-value', text: percent(share) }),
        h('span', { class: 'hint', t: ['reports.kept', { met: waits.met ?? 0, n }] }),
        sparkline(weekly(days, clock), t('reports.weekly')))));
    return chartCard({
        title: t('reports.slaTitle'), note: t('reports.pausedOut'), name: 'sla', chart: list,
        columns: [t('reports.clock'), t('reports.met'), t('reports.sample'), '%'],
        rows: rows.map(({ clock, waits, n, share }) => [t(`sla.clock.${clock}`), waits.met ?? 0, n, percent(share)]),
    });
}

function answers({ days, totals }) {
    const at = (name) => days.map(({ firstResponse }) => firstResponse?.[name] ?? null);
    const series = [
        { name: t('reports.median'), values: at('medianMs'), tone: 'a' },
        { name: 'p90', values: at('p90Ms'), tone: 'c' },
    ];
    const title = t('reports.answersTitle');
    const count = totals.firstResponse?.count ?? 0;
    return chartCard({
        title, name: 'answers', legend: series,
        note: `${t('reports.pausedOut')} ${t('overview.sample', { n: count })}`,
        chart: count > 0 ? lineChart({
            label: title, labels: dayLabels(days), series, format: span,
            max: Math.max(60_000, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))),
        }) : null,
        columns: [t('reports.day'), t('reports.median'), 'p90', 'n'],
        rows: days.map(({ day, firstResponse }) =>
            [day, ms(firstResponse?.medianMs), ms(firstResponse?.p90Ms), firstResponse?.count ?? 0]),
    });
}

function arrivals({ arrivals: values, timeZone = 'UTC' }) {
    const word = new Intl.DateTimeFormat(localeOf(language.code), { weekday: 'short', timeZone: 'UTC' });
    const days = values.map((_, index) => word.format(MONDAY + index * 86_400_000));
    const title = t('reports.arrivalsTitle');
    return chartCard({
        title, name: 'arrivals', note: timeZone,
        chart: has(values.flat()) ? heatMap({
            label: title, days, values, word: (day, hour, n) => t('reports.cell', { day, hour, n }),
        }) : null,
        columns: [t('reports.day'), ...Array.from({ length: 24 }, (_, hour) => `${hour} h`)],
        rows: days.map((day, index) => [day, ...values[index]]),
    });
}

function backlog({ backlog: bands }) {
    const labels = bands.map(({ fromHours, toHours }) => band(fromHours, toHours));
    const series = PRIORITIES.map((name) => ({
        name: t(`priority.${name}`), values: bands.map((each) => each[name] ?? 0), tone: name,
        pattern: PATTERNS[name],
    }));
    const title = t('reports.backlogTitle');
    return chartCard({
        title, name: 'backlog', legend: series, note: t('reports.unitTickets'),
        chart: has(bands.map(({ total }) => total)) ? stackedBars({ label: title, labels, series }) : null,
        columns: [t('reports.age'), ...series.map(({ name }) => name), t('reports.total')],
        rows: bands.map((each, index) => [labels[index], ...series.map(({ values }) => values[index]), each.total]),
    });
}

function band(from, to) {
    const word = (hours) => (hours >= 24 ? t('reports.days', { n: hours / 24 }) : t('reports.hours', { n: hours }));
    return to === null ? `> ${word(from)}` : `${word(from)} – ${word(to)}`;
}

function groups(report, name, field) {
    const all = report[name] ?? [];
    const shown = [...all].sort((a, b) => b.created - a.created).slice(0, 10);
    const title = t(`reports.${name}Title`);
    const word = (each) => (field === 'category' ? t(`category.${each[field]}`) : each[field]);
    return chartCard({
        title, name, note: t('reports.unitTickets'),
        legend: [{ name: t('reports.created'), tone: 'a' }, { name: t('reports.resolved'), tone: 'b' }],
        chart: has(shown.map(({ created, resolved }) => created + resolved)) ? rowBars({
            label: title, tones: ['a', 'b'],
            rows: shown.map((each) => ({
                name: word(each), values: [each.created, each.resolved],
                words: `${t('reports.created')} ${number(each.created)}, ${t('reports.resolved')} ${number(each.resolved)}`,
            })),
        }) : null,
        columns: [t(`filters.${field}`), t('reports.created'), t('reports.resolved')],
        rows: all.map((each) => [word(each), each.created, each.resolved]),
    });
}

function technicians({ technicians: people }) {
    const columns = ['reports.person', 'reports.open', 'reports.taken', 'reports.resolved', 'reports.median1',
        'reports.median2', 'reports.slaShare', 'reports.reopened'].map((key) => t(key));
    const rows = people.map((each) => [each.name, each.open, each.taken, each.resolved,
        ms(each.firstResponse?.medianMs), ms(each.resolution?.medianMs),
        percent(compliance(each.firstResponse)), each.reopened]);
    const table = h('div', { class: 'table-scroll', tabindex: '0', role: 'region', tLabel: 'reports.peopleTitle' },
        h('table', { class: 'report-table' },
            h('thead', {}, h('tr', {}, ...columns.map((text) => h('th', { scope: 'col', text })))),
            h('tbody', {}, ...rows.map(([name, ...values]) => h('tr', {}, h('th', { scope: 'row', text: name }),
                ...values.map((value) => h('td', { text: String(value) })))))));
    return chartCard({
        title: t('reports.peopleTitle'), name: 'people', chart: people.length > 0 ? table : null, columns, rows,
    });
}

function bounce({ totals }) {
    const share = (part, whole) => (whole > 0 ? part / whole : null);
    const reopened = share(totals.reopened, totals.resolved);
    const moved = totals.created > 0 ? (totals.reassigned ?? 0) / totals.created : null;
    const perTicket = moved === null ? '—' : number(Math.round(moved * 100) / 100);
    return chartCard({
        title: t('reports.bounceTitle'), name: 'bounce', note: t('overview.sample', { n: totals.resolved }),
        chart: h('ul', { class: 'promises' },
            h('li', {}, h('span', { class: 'tile-label', t: 'reports.reopenRate' }), h('strong', { class: 'tile-value', text: percent(reopened) })),
            h('li', {}, h('span', { class: 'tile-label', t: 'reports.bounceRate' }), h('strong', { class: 'tile-value', text: perTicket }))),
        columns: [t('reports.rate'), t('reports.value')],
        rows: [[t('reports.reopenRate'), percent(reopened)], [t('reports.bounceRate'), perTicket]],
    });
}
