// /api/stats: the numbers of the reports page, over all tickets.

import Protocol
import Reactor
import Text
import Tickets
import Wire

struct StatisticsCalls: CallGroup {
    let call: Call

    init(_ call: Call) { self.call = call }

    /// Longest report, in days.
    private static let daysMax = 366
    /// Days of a report without a period.
    private static let daysByDefault = 30

    func report() {
        guard identity.caller.person.role.isStaff else {
            return exchange.refuse(TicketRejection(.forbidden, "Statistics are for staff."))
        }
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        perform { () throws(TicketRejection) in
            var fields = try FieldReader(query: exchange.head.query)
            let zone = try zone(&fields)
            let period = try period(&fields, in: zone, now)
            try fields.finish()
            worker.requests.ask { reader throws(StoreError) in
                let query = ReportQuery(period: period, zone: zone, now: now)
                let report = try query.report(from: reader)
                var json = JSONWriter(reserving: 64 * 1024)
                json.report(report, of: query)
                return json.finish()
            } then: { (answer: Result<[UInt8], TicketRejection>) in
                switch answer {
                case .success(let json): exchange.respond(.json(json))
                case .failure(let rejection): exchange.refuse(rejection)
                }
            }
        }
    }

    private func zone(_ fields: inout FieldReader) throws(TicketRejection) -> ReportZone {
        guard fields.has("timeZone") else { return worker.context.settings.timeZone }
        guard let name = try fields.single("timeZone"), let zone = ReportZone(name.string) else {
            throw FieldReader.wrong(
                "timeZone", "a name of the IANA time zone database, such as Europe/Paris or UTC")
        }
        return zone
    }

    /// Days, or times (each means its day in the zone); both ends are included.
    private func period(
        _ fields: inout FieldReader, in zone: ReportZone, _ now: Timestamp
    ) throws(TicketRejection) -> ClosedRange<CivilDay> {
        let today = zone.day(of: now)
        let to = min(try day("to", &fields, in: zone) ?? today, today)
        let from = try day("from", &fields, in: zone) ?? to.advanced(by: 1 - Self.daysByDefault)
        guard from <= to else {
            throw FieldReader.wrong("from", "a day that is not after `to`, nor after today")
        }
        guard to.number - from.number < Self.daysMax else {
            throw FieldReader.wrong("from", "at most \(Self.daysMax) days before `to`")
        }
        return from...to
    }

    private func day(
        _ name: ExactText, _ fields: inout FieldReader, in zone: ReportZone
    ) throws(TicketRejection) -> CivilDay? {
        guard fields.has(name) else { return nil }
        let text = try fields.single(name)?.string ?? ""
        if text.utf8.count == 10, let day = CivilDay(text), day.isSinceEpoch { return day }
        if let time = Timestamp(rfc3339: text), time >= CivilDay(number: 0).start {
            return zone.day(of: time)
        }
        throw FieldReader.wrong(
            name, "a day such as 2026-11-22, or a moment such as 2026-11-22T08:00:00Z")
    }
}
