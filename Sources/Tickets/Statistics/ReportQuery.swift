// Reads the counts of a report. The store keeps days of UTC. A day of another zone is made of its
// quarters of an hour; a long period is made of whole days of UTC with quarters at its ends.

package struct ReportQuery: Sendable {
    /// Days of the zone, none after today.
    package let period: ClosedRange<CivilDay>
    package let zone: ReportZone
    package let now: Timestamp

    package init(period: ClosedRange<CivilDay>, zone: ReportZone, now: Timestamp) {
        self.period = period
        self.zone = zone
        self.now = now
    }

    package func report(from reader: any TicketReader) throws(StoreError) -> StatisticsReport {
        // The reads share no transaction. The open tickets come first because their ages count from
        // `now`. An event between the reads is then counted only in the rows, which puts the backlog
        // of the days before it off by one in this one report.
        let groups = try reader.openTickets(createdUpTo: StatisticsReport.moments(now: now))
        let people = try reader.people(in: [.technician, .admin])
        let calendar = ReportCalendar(
            zone, around: period.lowerBound...max(period.upperBound, CivilDay(now)))
        let (rows, later) =
            calendar.isUTC ? try days(reader) : try quarters(calendar, reader)
        return StatisticsReport(period, rows: rows, later: later, groups: groups, people: people)
    }

    private func days(
        _ reader: any TicketReader
    ) throws(StoreError) -> (rows: [StatisticsRow], later: [StatisticsRow]) {
        (
            try reader.statistics(period, totalsOnly: false),
            try totals(from: period.upperBound.advanced(by: 1), reader)
        )
    }

    /// Totals of whole days of UTC, up to now.
    private func totals(
        from day: CivilDay, _ reader: any TicketReader
    ) throws(StoreError) -> [StatisticsRow] {
        let today = CivilDay(now)
        return day > today ? [] : try reader.statistics(day...today, totalsOnly: true)
    }

    // MARK: Other zones

    private func quarters(
        _ calendar: ReportCalendar, _ reader: any TicketReader
    ) throws(StoreError) -> (rows: [StatisticsRow], later: [StatisticsRow]) {
        let start = calendar.start(of: period.lowerBound)
        let end = calendar.start(of: period.upperBound.advanced(by: 1))
        var rows: [StatisticsRow] = []
        try reader.visitQuarters(start..<max(start, end), .totals) { row in
            rows.append(row.row(in: calendar))
        }
        rows += try parts(start..<max(start, end), reader)
        let midnight = StatisticsQuarter(startOf: end.dayFromHere)
        var later = try totals(from: midnight.day, reader)
        try reader.visitQuarters(end..<max(end, midnight), .totals) { row in
            later.append(row.row(in: calendar))
        }
        return (rows, later)
    }

    /// The counts by person, project and the like, of which a report needs only the sum.
    private func parts(
        _ quarters: Range<StatisticsQuarter>, _ reader: any TicketReader
    ) throws(StoreError) -> [StatisticsRow] {
        let (first, beyond) = (quarters.lowerBound.dayFromHere, quarters.upperBound.day)
        guard first < beyond else {
            return try reader.quarters(quarters, .parts).map { $0.row(on: $0.cell.quarter.day) }
        }
        let days = try reader.statistics(first...beyond.advanced(by: -1), totalsOnly: false)
        var rows = days.filter { $0.cell.scope != .all }
        for end in [
            quarters.lowerBound..<StatisticsQuarter(startOf: first),
            StatisticsQuarter(startOf: beyond)..<quarters.upperBound,
        ] {
            rows += try reader.quarters(end, .parts).map { $0.row(on: $0.cell.quarter.day) }
        }
        return rows
    }
}

extension StatisticsQuarter {
    /// The first day of UTC that does not begin before this quarter.
    fileprivate var dayFromHere: CivilDay {
        StatisticsQuarter(startOf: day) == self ? day : day.advanced(by: 1)
    }
}

extension QuarterRow {
    fileprivate func row(on day: CivilDay) -> StatisticsRow {
        StatisticsRow(cell: StatisticsCell(day: day, scope: cell.scope), counts: counts)
    }

    /// The row on its day of the zone, with the local hour of arrival.
    fileprivate func row(in calendar: ReportCalendar) -> StatisticsRow {
        let start = cell.quarter.start
        var counts = counts
        if let created = counts[StatisticsCounter.created] {
            counts[StatisticsCounter.arrivals(hour: calendar.hour(of: start))] = created
        }
        return StatisticsRow(
            cell: StatisticsCell(day: calendar.day(of: start), scope: cell.scope), counts: counts)
    }
}
