// Working time by example: breaks, weekends, holidays, and days with a clock change.

import TestSupport
import Testing
import Tickets

extension WorkHours {
    /// Monday to Friday, 08:30 to 12:00 and 13:30 to 18:00.
    static func office(_ zone: String = "Europe/Paris", holidays: [String] = []) -> WorkHours {
        var hours = WorkHours(timeZone: zone)
        let shifts = [Shift(from: 510, to: 720), Shift(from: 810, to: 1080)].compactMap(\.self)
        for weekday in 0..<5 { _ = hours.set(shifts, on: weekday) }
        hours.holidays = Set(holidays.compactMap { CivilDay($0) })
        return hours
    }

    /// With these shifts, in minutes, on a weekday; nil when they cannot be.
    func with(_ shifts: [(Int, Int)], on weekday: Int) -> WorkHours? {
        var hours = self
        let made = shifts.compactMap { Shift(from: $0.0, to: $0.1) }
        return hours.set(made, on: weekday) ? hours : nil
    }

    /// The whole of every day.
    static func always(_ zone: String) -> WorkHours {
        var hours = WorkHours(timeZone: zone)
        for weekday in 0..<7 {
            _ = hours.set([Shift(from: 0, to: 1440)].compactMap(\.self), on: weekday)
        }
        return hours
    }
}

extension Timestamp {
    /// `2026-11-23 08:30`, in UTC.
    init(utc text: String) throws {
        let fields = text.split(separator: " ")
        let time = try #require(fields.last).split(separator: ":").compactMap { Int64($0) }
        let date = try #require(fields.first)
        let day = try #require(CivilDay(String(date)))
        try #require(time.count == 2)
        self = day.start.advanced(byMilliseconds: (time[0] * 60 + time[1]) * 60_000)
    }
}

struct WorkCalendarTests {
    private func office(_ holidays: String...) throws -> WorkCalendar {
        try #require(WorkHours.office(holidays: holidays).laidOut())
    }

    /// The moment, in UTC, after so many minutes of work.
    private func moment(
        after minutes: Int64, from start: String, in calendar: WorkCalendar
    ) throws -> Timestamp {
        calendar.moment(after: minutes * 60_000, from: try Timestamp(utc: start))
    }

    private func minutes(
        from start: String, until end: String, in calendar: WorkCalendar
    ) throws -> Int64 {
        calendar.worked(from: try Timestamp(utc: start), until: try Timestamp(utc: end)) / 60_000
    }

    // 2026-11-23 is a Monday, and Paris an hour ahead of UTC.
    @Test(arguments: [
        ("in the morning", "2026-11-23 08:00", 60, "2026-11-23 09:00"),
        ("over lunch", "2026-11-23 10:30", 60, "2026-11-23 13:00"),
        ("to the last minute before lunch", "2026-11-23 10:00", 60, "2026-11-23 11:00"),
        ("from lunch", "2026-11-23 11:30", 60, "2026-11-23 13:30"),
        ("over a night", "2026-11-23 16:30", 60, "2026-11-24 08:00"),
        ("to closing time", "2026-11-23 16:00", 60, "2026-11-23 17:00"),
        ("from before dawn", "2026-11-23 03:00", 60, "2026-11-23 08:30"),
        ("over a weekend", "2026-11-27 16:30", 60, "2026-11-30 08:00"),
        ("from a Sunday", "2026-11-29 12:00", 480, "2026-11-30 17:00"),
        ("a whole week", "2026-11-23 07:30", 2400, "2026-11-27 17:00"),
        ("three weeks", "2026-11-23 09:00", 7200, "2026-12-14 09:00"),
    ])
    func `counts working time only`(_ what: String, start: String, minutes: Int64, end: String)
        throws
    {
        let calendar = try office()
        let expected = try Timestamp(utc: end)
        #expect(try moment(after: minutes, from: start, in: calendar) == expected, "\(what)")
        #expect(try self.minutes(from: start, until: end, in: calendar) == minutes, "\(what)")
    }

    @Test func `a holiday has no working time`() throws {
        let calendar = try office("2026-12-25", "2026-12-24")
        let end = try moment(after: 60, from: "2026-12-23 16:30", in: calendar)
        #expect(end.rfc3339 == "2026-12-28T08:00:00.000Z")
        #expect(
            try minutes(from: "2026-12-23 23:00", until: "2026-12-25 23:00", in: calendar) == 0)
    }

    @Test func `a holiday is a day of the zone, not of UTC`() throws {
        var hours = WorkHours.always("Pacific/Auckland")
        hours.holidays = [try #require(CivilDay("2026-07-10"))]
        let calendar = try #require(hours.laidOut())
        // Midnight in Auckland is noon in UTC, in July.
        let end = try moment(after: 60, from: "2026-07-09 11:30", in: calendar)
        #expect(end.rfc3339 == "2026-07-10T12:30:00.000Z")
    }

    @Test(arguments: [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-14", 24)])
    func `a day has as many hours as it has`(_ day: String, hours: Int64) throws {
        // All three are Sundays.
        let week = WorkHours(timeZone: "Europe/Paris").with([(0, 1440)], on: 6)
        let calendar = try #require(week?.laidOut())
        let noon = try Timestamp(utc: "\(day) 10:00")
        let worked = calendar.worked(
            from: noon.plus(minutes: -1440), until: noon.plus(minutes: 1440))
        #expect(worked == hours * 3_600_000)
    }

    @Test func `office hours follow local time when the clock changes`() throws {
        let calendar = try office()
        // The last Friday of winter time and the first Monday of summer time.
        let spring = try moment(after: 60, from: "2026-03-27 16:30", in: calendar)
        #expect(spring.rfc3339 == "2026-03-30T07:00:00.000Z")
        let autumn = try moment(after: 60, from: "2026-10-23 15:30", in: calendar)
        #expect(autumn.rfc3339 == "2026-10-26T08:00:00.000Z")
    }

    @Test func `an hour that is skipped is not worked, one that is repeated is worked twice`()
        throws
    {
        let hours = WorkHours(timeZone: "Europe/Paris").with([(120, 180)], on: 6)
        let calendar = try #require(hours?.laidOut())
        #expect(
            try minutes(from: "2026-03-28 12:00", until: "2026-03-29 12:00", in: calendar) == 0)
        #expect(
            try minutes(from: "2026-10-24 12:00", until: "2026-10-25 12:00", in: calendar) == 120)
    }

    @Test func `a day that a zone left out has no hours`() throws {
        // Samoa went from the 29th to the 31st of December 2011.
        let calendar = try #require(WorkHours.always("Pacific/Apia").laidOut())
        let worked = try minutes(
            from: "2011-12-30 09:00", until: "2011-12-30 11:00", in: calendar)
        #expect(worked == 120)
        let friday = WorkHours(timeZone: "Pacific/Apia").with([(0, 1440)], on: 4)
        let fridays = try #require(friday?.laidOut())
        #expect(
            try minutes(from: "2011-12-24 10:00", until: "2012-01-05 09:00", in: fridays) == 0)
    }

    @Test func `around the clock every millisecond counts`() {
        let calendar = WorkCalendar.aroundTheClock
        let start = Timestamp(milliseconds: 1_764_000_000_123)
        #expect(calendar.moment(after: 1, from: start).milliseconds == 1_764_000_000_124)
        #expect(calendar.worked(from: start, until: start.plus(minutes: 7)) == 420_000)
        let past = Timestamp(milliseconds: -5000)
        #expect(calendar.moment(after: 8000, from: past).milliseconds == 3000)
        #expect(calendar.worked(from: past, until: Timestamp(milliseconds: 3000)) == 8000)
    }

    @Test func `time that goes backwards is not counted`() throws {
        let calendar = try office()
        let noon = try Timestamp(utc: "2026-11-23 09:00")
        #expect(calendar.worked(from: noon, until: noon) == 0)
        #expect(calendar.worked(from: noon, until: noon.plus(minutes: -60)) == 0)
        #expect(calendar.moment(after: 0, from: noon) == noon)
        #expect(calendar.moment(after: -1, from: noon) == noon)
    }

    @Test func `there is an answer for every moment and every target`() throws {
        for calendar in [try office(), .aroundTheClock] {
            for milliseconds in [Int64.min, -1 << 53, -1, 0, 946_684_799_999, 1 << 53, .max] {
                let start = Timestamp(milliseconds: milliseconds)
                for target in [Int64.min, 1, 60_000_000_000_000, .max] {
                    #expect(calendar.moment(after: target, from: start) >= start)
                    #expect(calendar.worked(from: start, until: Timestamp(milliseconds: 5)) >= 0)
                }
            }
        }
        // Ten years of working time are forty on the wall.
        let end = try moment(after: 87_600 * 60, from: "2026-11-23 09:00", in: office())
        #expect(end.rfc3339.hasPrefix("2068-"))
    }

    @Test func `shifts are parts of a day and do not overlap`() throws {
        #expect(WorkHours.Shift(from: 600, to: 600) == nil)
        #expect(WorkHours.Shift(from: 600, to: 540) == nil)
        #expect(WorkHours.Shift(from: -1, to: 540) == nil)
        #expect(WorkHours.Shift(from: 600, to: 1441) == nil)
        let hours = WorkHours(timeZone: "UTC")
        #expect(hours.isEmpty)
        #expect(hours.with([(0, 61), (60, 90)], on: 0) == nil)
        #expect(hours.with([], on: 7) == nil)
        #expect(hours.with([(60, 90), (0, 60)], on: 0)?.isEmpty == false)
    }

    @Test(arguments: ["Mars/Olympus", "", "europe/paris", "+01:00"])
    func `an unknown time zone has no calendar`(_ zone: String) {
        #expect(WorkHours.always(zone).laidOut() == nil)
    }
}
