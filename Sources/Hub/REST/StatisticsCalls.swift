// /api/stats: the numbers behind the reports page, of the whole desk.

import Reactor
import Text
import Tickets
import Wire

struct StatisticsCalls {
    let worker: Worker
    let exchange: Exchange
    let identity: Identity

    /// Days that one report may span.
    private static let daysMax = 366
    /// Days of a report that asks for none.
    private static let daysByDefault = 30

    func report() {
        guard identity.caller.person.role.isStaff else {
            return exchange.refuse(TicketRejection(.forbidden, "Statistics are for staff."))
        }
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        do throws(TicketRejection) {
            var fields = try FieldReader(query: exchange.head.query)
            let period = try period(&fields, today: StatisticsDay(now))
            try fields.finish()
            worker.ask { reader throws(StoreError) in
                let report = try Self.report(period, at: now, from: reader)
                var json = JSONWriter(reserving: 64 * 1024)
                json.report(report, of: period, at: now)
                return json.finish()
            } then: { (answer: Result<[UInt8], TicketRejection>) in
                switch answer {
                case .success(let json): exchange.respond(.json(json))
                case .failure(let rejection): exchange.refuse(rejection)
                }
            }
        } catch {
            exchange.refuse(error, for: identity.caller)
        }
    }

    private static func report(
        _ period: ClosedRange<StatisticsDay>, at now: Timestamp, from reader: any TicketReader
    ) throws(StoreError) -> StatisticsReport {
        let today = StatisticsDay(now)
        let next = period.upperBound.advanced(by: 1)
        // The open tickets first: what happens meanwhile is then no more than in both.
        let groups = try reader.openTickets(createdUpTo: StatisticsReport.moments(now: now))
        return StatisticsReport(
            period, rows: try reader.statistics(period, totalsOnly: false),
            later: next > today ? [] : try reader.statistics(next...today, totalsOnly: true),
            groups: groups, people: try reader.people(in: [.technician, .admin]))
    }

    /// Days, or moments of which the day in UTC counts; both ends belong to it.
    private func period(
        _ fields: inout FieldReader, today: StatisticsDay
    ) throws(TicketRejection) -> ClosedRange<StatisticsDay> {
        let to = min(try day("to", &fields) ?? today, today)
        let from = try day("from", &fields) ?? to.advanced(by: 1 - Self.daysByDefault)
        guard from <= to else {
            throw FieldReader.wrong("from", "a day that is not after `to`, nor after today")
        }
        guard to.number - from.number < Self.daysMax else {
            throw FieldReader.wrong("from", "at most \(Self.daysMax) days before `to`")
        }
        return from...to
    }

    private func day(
        _ name: ExactText, _ fields: inout FieldReader
    ) throws(TicketRejection) -> StatisticsDay? {
        guard fields.has(name) else { return nil }
        let text = try fields.single(name)?.string ?? ""
        let date = text.prefix(10)
        let isMoment =
            text.utf8.count > 10 && text.dropFirst(10).first == "T" && text.hasSuffix("Z")
        guard text.utf8.count == 10 || isMoment, let day = StatisticsDay(date) else {
            throw FieldReader.wrong(name, "a day such as 2026-11-22")
        }
        return day
    }
}
