// The reports: live tiles from the queue, charts from the hub's statistics, a table for each chart.

import { enReports } from '../../i18n/en-reports.js';
import { frReports } from '../../i18n/fr-reports.js';
import { addWords, language, number, span, t, timeWithSeconds } from '../../i18n/index.js';
import { HubList } from '../../state/hub-list.js';
import { ACTIVE } from '../../state/hub-query.js';
import { change, liveTiles, ownPeriod, periodOf, PERIODS, zoneChoices } from '../../state/report.js';
import { writeRoute } from '../../state/route.js';
import { slaView } from '../../state/sla.js';
import { h, paced, say, setAttribute, write } from '../parts/dom.js';
import { icon } from '../parts/icon.js';
import { NARROW_PX } from './charts.js';
import { drawCharts } from './report-charts.js';
import { isWall, setWall } from './wall.js';

addWords({ fr: frReports, en: enReports });

/** What a tile opens: the same tickets that it counts. */
const OPENS = {
    open: { view: 'all' }, free: { view: 'unassigned' }, waiting: { view: 'waiting' },
    late: { view: 'all', sla: 'breached' }, soon: { view: 'all', sla: 'soon' },
    oldest: { view: 'all', sort: 'waiting' },
};

export class ReportsPage {
    #period = 'month';
    #report = null;
    #ownDays = null;
    /** The time zone of the shown days; null until the choices are known. */
    #zone = null;

    /**
     * @param {import('../../app.js').App} app
     * @param {{queue: object, counted: () => object|null, onFilter: (changes: object) => void}} options
     *     `counted`: the hub's numbers if the queue is not completely loaded
     */
    constructor(app, { queue, counted, onFilter }) {
        Object.assign(this, { app, queue, counted, active: new HubList(app.api) });
        this.tiles = Object.fromEntries(Object.keys(OPENS).map((name) => {
            const value = h('strong', { class: 'tile-value', testid: `live-${name}` });
            const element = h('button', {
                class: 'tile', type: 'button', data: { tile: name }, on: { click: () => onFilter(OPENS[name]) },
            }, h('span', { class: 'tile-label', t: `reports.${name}` }), value);
            return [name, { element, value }];
        }));
        this.periods = h('div', { class: 'show-filter', role: 'group', tLabel: 'reports.period' },
            ...Object.keys(PERIODS).map((name) => h('button', {
                class: 'show-button', type: 'button', t: `reports.period.${name}`, data: { period: name },
                'aria-pressed': String(name === this.#period), testid: `period-${name}`,
                on: { click: () => this.#choose(name) },
            })));
        const date = (name) => h('input', {
            class: 'field', type: 'date', testid: `report-${name}`, on: { change: () => this.#chooseOwn() },
        });
        this.dates = { from: date('from'), to: date('to') };
        this.wrong = h('p', { class: 'field-error', role: 'none', hidden: true, t: 'reports.wrongDates', testid: 'wrong-dates' });
        this.own = h('div', { class: 'report-dates' }, ...Object.entries(this.dates).map(([name, field]) =>
            h('label', {}, h('span', { t: `reports.${name}` }), field)), this.wrong);
        this.zones = h('select', {
            class: 'field', testid: 'report-zone', on: { change: () => this.#chooseZone() },
        });
        this.zone = h('label', { class: 'report-zone', hidden: true }, h('span', { t: 'reports.zone' }), this.zones);
        this.asOf = h('p', { class: 'hint', testid: 'as-of' });
        this.sums = h('ul', { class: 'sums' });
        this.charts = h('div', { class: 'charts', testid: 'charts' });
        this.element = h('div', { class: 'reports' },
            h('div', { class: 'reports-head' },
                h('h1', { class: 'picker-title', t: 'reports.title' }), this.periods, this.own, this.zone, this.asOf,
                h('button', { class: 'icon-button', type: 'button', tLabel: 'reports.wall', tTitle: 'reports.wall',
                    testid: 'wall', on: { click: () => setWall(true, { isAsked: true }) } },
                icon('panel'))),
            h('div', { class: 'tiles' }, ...Object.values(this.tiles).map(({ element }) => element)),
            this.sums, this.charts);
        this.render = paced(() => this.#drawTiles());
        queue.on('change', () => {
            this.active.refreshSoon();
            this.render();
        });
        this.active.on('change', this.render);
        matchMedia(`(max-width: ${NARROW_PX - 1}px)`).addEventListener('change', () => this.#draw());
        language.on('change', () => {
            this.render();
            this.#draw();
        });
        // Ages change without an event.
        this.charts.dataset.ticks = '';
        this.charts.addEventListener('tick', this.render);
        setWall(new URLSearchParams(location.search).has('wall'));
    }

    /** Escape leaves the wallboard before it leaves the reports. @returns {boolean} whether it was one */
    leaveWall() {
        if (!isWall()) return false;
        setWall(false);
        history.replaceState(null, '', location.pathname + writeRoute(location.search, { wall: null, panel: 'reports' }));
        return true;
    }

    async load() {
        this.render();
        try {
            if (!this.#zone) await this.#learnZone();
            const timeZone = this.#zone;
            const { from, to, before } = this.#days();
            Object.assign(this.dates.from, { value: from, max: to });
            Object.assign(this.dates.to, { value: to, max: periodOf('today', this.app.clock.now(), timeZone).to });
            const ask = (query) => this.app.api.request('GET', '/api/stats', { query: { ...query, timeZone } });
            const [report, previous] = await Promise.all([ask({ from, to }), ask(before).catch(() => null)]);
            this.#report = { report, previous };
            this.#draw();
        } catch (error) {
            this.#failed(error);
        }
    }

    /** The reader's zone; a day whose numbers are not needed names the installation's. */
    async #learnZone() {
        const day = '2000-01-01';
        const { timeZone } = await this.app.api.request('GET', '/api/stats', { query: { from: day, to: day } });
        const choices = zoneChoices(timeZone ?? 'UTC');
        this.zones.replaceChildren(...choices.map((name) => h('option', { value: name, text: name })));
        [this.#zone] = choices;
        this.zone.hidden = false;
    }

    #chooseZone() {
        this.#zone = this.zones.value;
        this.load();
    }

    #days() {
        const now = this.app.clock.now();
        const { from, to } = this.#ownDays ?? {};
        return (from && ownPeriod(from, to, now, this.#zone)) || periodOf(this.#period, now, this.#zone);
    }

    #chooseOwn() {
        const [from, to] = [this.dates.from.value, this.dates.to.value];
        const period = from && to && ownPeriod(from, to, this.app.clock.now(), this.#zone);
        this.wrong.hidden = Boolean(period);
        if (!period) return;
        this.#ownDays = { from, to };
        this.#choose(null);
    }

    #choose(name) {
        if (name) this.#ownDays = null;
        this.#period = name ?? this.#period;
        this.wrong.hidden = true;
        for (const button of this.periods.children) {
            setAttribute(button, 'aria-pressed', String(button.dataset.period === name));
        }
        this.load();
    }

    #drawTiles() {
        if (!this.element.isConnected) return;
        const now = this.app.clock.now();
        const counted = this.counted();
        this.active.ask(counted && { status: ACTIVE, sort: 'urgency' }, { isWhole: true });
        const snapshots = new Map([...this.active.snapshots, ...this.queue.snapshots]);
        const { oldestMs, ...counts } = liveTiles(
            [...snapshots.values()], now, (snapshot) => slaView(snapshot.sla, now).state === 'breached', counted ?? {});
        for (const [name, n] of Object.entries(counts)) write(this.tiles[name].value, number(n));
        setAttribute(this.tiles.late.element, 'data-some', counts.late > 0);
        write(this.tiles.oldest.value, oldestMs === null ? '—' : span(oldestMs));
    }

    #draw() {
        if (!this.#report) return;
        const { report, previous } = this.#report;
        say(this.asOf, ['reports.asOf', { time: timeWithSeconds(report.generatedAt) }]);
        const { totals } = report;
        const sum = (name, now, before) => h('li', {},
            h('span', { class: 'tile-label', t: `reports.${name}` }), h('strong', { text: number(now) }),
            h('span', { class: 'hint', text: compared(change(now, before ?? 0)) }));
        this.sums.replaceChildren(
            sum('created', totals.created, previous?.totals.created),
            sum('resolved', totals.resolved, previous?.totals.resolved),
            sum('reopened', totals.reopened, previous?.totals.reopened),
            sum('reassigned', totals.reassigned ?? 0, previous?.totals.reassigned));
        this.charts.replaceChildren(...drawCharts(report));
    }

    #failed(error) {
        if (this.#report) return this.app.toasts.error(error, { retry: () => this.load() });
        const isAbsent = error.code === 'not_found' || error.frame?.status === 404;
        this.charts.replaceChildren(h('div', { class: 'list-blank' },
            h('p', { class: 'blank-title', t: isAbsent ? 'reports.absent' : 'list.failed' }),
            !isAbsent && h('button', {
                class: 'button button-plain', type: 'button', t: 'retry', on: { click: () => this.load() },
            })));
    }
}

function compared(share) {
    if (share === null) return t('reports.noBefore');
    const n = Math.round(share * 100);
    return t('reports.compared', { change: `${n > 0 ? '+' : ''}${number(n)}` });
}
