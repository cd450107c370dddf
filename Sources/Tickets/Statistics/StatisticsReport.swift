// The report, put together from stored counts. The hub encodes it as JSON.

package import Text

package struct StatisticsReport: Sendable {
    /// Waits of one clock.
    package struct Waits: Sendable, Hashable {
        package var histogram = DurationHistogram()
        package var met = 0
        package var missed = 0
        package var breached = 0

        package init() {}
    }

    /// Counts of one scope over some days.
    package struct Totals: Sendable, Hashable {
        package var created = 0
        package var resolved = 0
        package var reopened = 0
        package var taken = 0
        package var reassigned = 0
        package var waits: [SLAClock: Waits] = [:]
        /// By hour of the day, in UTC.
        package var arrivals = [Int](repeating: 0, count: 24)

        package init() {}

        mutating func add(_ counts: [String: Int]) {
            for (counter, count) in counts { add(count, to: counter) }
        }

        private mutating func add(_ count: Int, to counter: String) {
            switch counter {
            case StatisticsCounter.created: created += count
            case StatisticsCounter.resolved: resolved += count
            case StatisticsCounter.reopened: reopened += count
            case StatisticsCounter.taken: taken += count
            case StatisticsCounter.reassigned: reassigned += count
            default: addCompound(count, to: counter)
            }
        }

        /// Reads `arrivals-13`, `firstResponse-met`, `resolution~57`. Unknown counters of a newer
        /// program are skipped.
        private mutating func addCompound(_ count: Int, to counter: String) {
            guard let mark = counter.firstIndex(where: { $0 == "-" || $0 == "~" }) else { return }
            let rest = counter[counter.index(after: mark)...]
            guard let clock = SLAClock(rawValue: String(counter[..<mark])) else {
                if let hour = Int(rest), arrivals.indices.contains(hour) { arrivals[hour] += count }
                return
            }
            switch (counter[mark], rest) {
            case ("~", _):
                guard let bucket = Int(rest) else { return }
                waits[clock, default: Waits()].histogram.add(count, toBucket: bucket)
            case (_, "met"): waits[clock, default: Waits()].met += count
            case (_, "missed"): waits[clock, default: Waits()].missed += count
            case (_, "breached"): waits[clock, default: Waits()].breached += count
            default: break
            }
        }
    }

    package struct Day: Sendable {
        package let day: CivilDay
        package let totals: Totals
        /// Open tickets at the end of the day, or now.
        package let backlog: Int
    }

    package struct Technician: Sendable {
        package let id: ExactText
        package let name: String
        package let open: Int
        package let totals: Totals
    }

    /// Open tickets by age: upper bounds in hours, the last open-ended.
    package static let ageBounds = [4, 24, 72, 168]

    package private(set) var days: [Day] = []
    package private(set) var total = Totals()
    package private(set) var technicians: [Technician] = []
    package private(set) var projects: [(name: ExactText, totals: Totals)] = []
    package private(set) var categories: [Category: Totals] = [:]
    package private(set) var priorities: [Priority: Totals] = [:]
    /// By weekday, Monday first, and hour.
    package private(set) var arrivals = [[Int]](
        repeating: [Int](repeating: 0, count: 24), count: 7)
    /// By age band, youngest first, then by priority.
    package private(set) var backlog = [[Priority: Int]](
        repeating: [:], count: StatisticsReport.ageBounds.count + 1)
    package private(set) var open = 0

    /// - Parameters:
    ///   - period: the days asked for, none after today.
    ///   - rows: the cells of the period.
    ///   - later: the totals of the days after it, to today.
    ///   - groups: open tickets, by age up to `moments(now:)`.
    package init(
        _ period: ClosedRange<CivilDay>, rows: [StatisticsRow], later: [StatisticsRow],
        groups: [OpenTicketGroup], people: [Person]
    ) {
        var byDay: [CivilDay: Totals] = [:]
        var byTechnician: [ExactText: Totals] = [:]
        var byProject: [ExactText: Totals] = [:]
        for row in rows {
            switch row.cell.scope {
            case .all:
                byDay[row.cell.day, default: Totals()].add(row.counts)
                total.add(row.counts)
            case .technician(let id): byTechnician[id, default: Totals()].add(row.counts)
            case .project(let name): byProject[name, default: Totals()].add(row.counts)
            case .category(let code):
                if let category = Category(code: code) {
                    categories[category, default: Totals()].add(row.counts)
                }
            case .priority(let code):
                if let priority = Priority(code: code) {
                    priorities[priority, default: Totals()].add(row.counts)
                }
            }
        }
        projects = byProject.map { ($0.key, $0.value) }.sorted {
            ($1.totals.created, $0.name) < ($0.totals.created, $1.name)
        }
        var openByTechnician: [ExactText: Int] = [:]
        for group in groups {
            open += group.count
            let band = min(max(0, group.age), backlog.count - 1)
            backlog[band][group.priority, default: 0] += group.count
            if let id = group.assignedTo { openByTechnician[id, default: 0] += group.count }
        }
        count(period, byDay, later)
        list(byTechnician, openByTechnician, people)
    }

    /// The moments between the age bands, the youngest first.
    package static func moments(now: Timestamp) -> [Timestamp] {
        ageBounds.map { now.advanced(byMilliseconds: -Int64($0) * 3_600_000) }
    }

    /// Starts from the current backlog and goes back day by day.
    private mutating func count(
        _ period: ClosedRange<CivilDay>, _ byDay: [CivilDay: Totals],
        _ later: [StatisticsRow]
    ) {
        var sinceThen = Totals()
        for row in later where row.cell.scope == .all { sinceThen.add(row.counts) }
        var backlog = open - sinceThen.growth
        var day = period.upperBound
        while day >= period.lowerBound {
            let totals = byDay[day] ?? Totals()
            days.append(Day(day: day, totals: totals, backlog: max(0, backlog)))
            for (hour, count) in totals.arrivals.enumerated() {
                arrivals[day.weekday][hour] += count
            }
            backlog -= totals.growth
            day = day.advanced(by: -1)
        }
        days.reverse()
    }

    private mutating func list(
        _ totals: [ExactText: Totals], _ open: [ExactText: Int], _ people: [Person]
    ) {
        let names = Dictionary(people.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        let ids = Set(totals.keys).union(open.keys)
        technicians = ids.map { id in
            Technician(
                id: id, name: names[id] ?? (Person.isErased(id) ? Person.erasedName : id.string),
                open: open[id] ?? 0, totals: totals[id] ?? Totals())
        }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }
}

extension StatisticsReport.Totals {
    /// Growth of the number of open tickets.
    fileprivate var growth: Int { created - resolved + reopened }
}
