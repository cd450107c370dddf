// Calendars against a model that reads the wall clock once a minute.

import Foundation
import TestSupport
import Testing
import Tickets

/// Every minute of some weeks, and whether it is worked.
private struct MinuteByMinute {
    let start: Timestamp
    let isWorked: [Bool]

    /// Foundation's calendar says what the wall shows; nothing here knows of offsets.
    init(_ hours: WorkHours, from start: Timestamp, minutes: Int) throws {
        self.start = start
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: hours.timeZone))
        let fields: Set<Calendar.Component> = [.year, .month, .day, .hour, .minute, .weekday]
        isWorked = (0..<minutes).map { minute in
            let seconds = Double(start.plus(minutes: Int64(minute)).milliseconds) / 1000
            let wall = calendar.dateComponents(fields, from: Date(timeIntervalSince1970: seconds))
            let date = [wall.month, wall.day].map { $0.map { $0 < 10 ? "0\($0)" : "\($0)" } ?? "" }
            let day = CivilDay("\(wall.year ?? 0)-\(date[0])-\(date[1])")
            if day.map(hours.holidays.contains) ?? true { return false }
            let time = (wall.hour ?? 0) * 60 + (wall.minute ?? 0)
            // Foundation counts from Sunday, and from 1.
            let shifts = hours.week[((wall.weekday ?? 1) + 5) % 7]
            return shifts.contains { $0.from <= time && time < $0.to }
        }
    }

    func moment(_ minute: Int) -> Timestamp { start.plus(minutes: Int64(minute)) }

    func worked(from: Int, until: Int) -> Int { isWorked[from..<until].count { $0 } }

    /// The first minute before which so many were worked; nil: not in these weeks.
    func minute(after target: Int, from: Int) -> Int? {
        var left = target
        for minute in from..<isWorked.count {
            if left == 0 { return minute }
            if isWorked[minute] { left -= 1 }
        }
        return nil
    }
}

struct WorkCalendarModelTests {
    /// A random week with random days off.
    private func hours(_ zone: String, _ generator: inout SeededGenerator) throws -> WorkHours {
        var hours = WorkHours(timeZone: zone)
        for weekday in 0..<7 where Int.random(in: 0..<4, using: &generator) > 0 {
            let cuts = Set((0..<4).map { _ in Int.random(in: 0...48, using: &generator) * 30 })
                .sorted()
            let shifts = stride(from: 0, to: cuts.count - 1, by: 2).map { (cuts[$0], cuts[$0 + 1]) }
            hours = try #require(hours.with(shifts, on: weekday))
        }
        if hours.isEmpty { hours = .always(zone) }
        return hours
    }

    /// Weeks around a change of the clocks, or of the zone.
    @Test(arguments: [
        ("Europe/Paris", "2026-03-20"), ("Europe/Paris", "2026-10-19"),
        ("America/Santiago", "2026-09-01"), ("Australia/Lord_Howe", "2026-03-30"),
        ("Pacific/Apia", "2011-12-24"), ("Asia/Kathmandu", "2026-05-01"),
        ("Africa/Casablanca", "2026-02-10"), ("America/St_Johns", "2026-10-28"),
    ])
    func `agrees with looking at the wall each minute`(_ zone: String, _ first: String) throws {
        var generator = SeededGenerator(
            seed: UInt64(first.utf8.reduce(7) { $0 * 31 % 65_521 + Int($1) }))
        let day = try #require(CivilDay(first))
        var hours = try hours(zone, &generator)
        hours.holidays = [
            CivilDay(number: day.number + Int.random(in: 2...5, using: &generator)),
            CivilDay(number: day.number + 8),
        ]
        let start = day.advanced(by: 1).start
        let model = try MinuteByMinute(hours, from: start, minutes: 10 * 1440)
        let calendar = try #require(
            hours.laidOut(over: day..<CivilDay(number: day.number + 20)))
        for _ in 0..<300 {
            let from = Int.random(in: 0..<model.isWorked.count, using: &generator)
            let until = Int.random(in: from...model.isWorked.count, using: &generator)
            let worked = calendar.worked(from: model.moment(from), until: model.moment(until))
            #expect(worked == Int64(model.worked(from: from, until: until)) * 60_000)
            let target = Int.random(in: 1...2000, using: &generator)
            guard let end = model.minute(after: target, from: from) else { continue }
            let moment = calendar.moment(after: Int64(target) * 60_000, from: model.moment(from))
            #expect(moment == model.moment(end), "\(target) minutes from \(model.moment(from))")
        }
    }

    @Test func `the two questions are each other's answer, to the millisecond`() throws {
        let calendar = try #require(WorkHours.office("America/New_York").laidOut())
        var generator = SeededGenerator(seed: 77)
        for _ in 0..<5000 {
            let start = Timestamp(
                milliseconds: Int64.random(
                    in: 1_700_000_000_000...1_900_000_000_000, using: &generator))
            let target = Int64.random(in: 1...400_000_000, using: &generator)
            let end = calendar.moment(after: target, from: start)
            #expect(calendar.worked(from: start, until: end) == target)
            // The first such moment: just before it a millisecond is missing.
            let before = end.advanced(byMilliseconds: -1)
            #expect(calendar.worked(from: start, until: before) == target - 1)
        }
    }
}
