// The days of time zones: their start, and their length when clocks change.

import TestSupport
import Testing
import Tickets

@Suite struct ReportZoneTests {
    private static func moment(_ text: String) throws -> Timestamp {
        try #require(Timestamp(rfc3339: text))
    }

    @Test(arguments: [
        ("Europe/Paris", "2026-03-28", "2026-03-27T23:00:00Z", 96),
        ("Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z", 92),
        ("Europe/Paris", "2026-03-30", "2026-03-29T22:00:00Z", 96),
        ("Europe/Paris", "2026-10-25", "2026-10-24T22:00:00Z", 100),
        ("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 92),
        ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 100),
        ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z", 96),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 98),
        ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", 96),
        ("Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00Z", 96),
        // Their clocks jump over midnight itself.
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", 92),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0),
        ("UTC", "2026-03-29", "2026-03-29T00:00:00Z", 96),
    ])
    func `a day begins at the midnight of its clocks and is as long as they make it`(
        zone name: String, day text: String, start: String, quarters: Int
    ) throws {
        let zone = try #require(ReportZone(name))
        let day = try #require(CivilDay(text))
        let calendar = ReportCalendar(zone, around: day...day)
        let (first, next) = (calendar.start(of: day), calendar.start(of: day.advanced(by: 1)))
        #expect(first.start == (try Self.moment(start)))
        #expect(next.number - first.number == quarters)
        for number in first.number..<next.number {
            let quarter = StatisticsQuarter(number: number).start
            #expect(calendar.day(of: quarter) == day)
            #expect(zone.day(of: quarter) == day)
        }
        #expect(calendar.isUTC == (name == "UTC"))
    }

    @Test func `the hour is what a clock there shows`() throws {
        let zone = try #require(ReportZone("Europe/Paris"))
        let day = try #require(CivilDay("2026-03-29"))
        let calendar = ReportCalendar(zone, around: day...day)
        #expect(calendar.hour(of: try Self.moment("2026-03-29T00:59:59Z")) == 1)
        #expect(calendar.hour(of: try Self.moment("2026-03-29T01:00:00Z")) == 3)
        #expect(calendar.hour(of: try Self.moment("2026-03-28T23:00:00Z")) == 0)
    }

    @Test(arguments: [
        "UTC", "GMT", "Europe/Paris", "Europe/Kyiv", "Europe/Kiev", "Asia/Calcutta", "Asia/Kolkata",
        "US/Eastern", "EST5EDT", "CET", "Etc/GMT+5", "GMT+0", "GMT-0",
        "America/Argentina/ComodRivadavia",
    ])
    func `names of the database are known, older ones too`(name: String) {
        #expect(ReportZone(name)?.name == name)
    }

    @Test(arguments: [
        "", " ", "Moon/Tycho", "europe/paris", "Europe/Paris ", "GMT+2", "GMT+0137", "+02:00",
        "BST", "UTC+1", "UTC-5", "US/Pacific-New", "SystemV/EST5",
        "PST", "IST", "../etc/passwd", "local", "Europe/Paris\u{0}", "Europe/P\u{61}\u{301}ris",
    ])
    func `other names are refused, and so are ambiguous zones`(name: String) {
        #expect(ReportZone(name) == nil)
    }

    @Test func `moments are read in every offset`() throws {
        let same = try [
            "2026-11-22T08:30:00Z", "2026-11-22T08:30Z", "2026-11-22T09:30:00.000+01:00",
            "2026-11-22T00:00:00-08:30", "2026-11-22T08:30:00.0004Z",
        ].map(Self.moment)
        #expect(Set(same).count == 1 && same[0].rfc3339 == "2026-11-22T08:30:00.000Z")
        for text in [
            "2026-11-22T08:30:00", "2026-11-22 08:30:00Z", "2026-11-22T24:00Z", "2026-11-22T08:60Z",
            "2026-02-30T08:00Z", "2026-11-22T08:30:00.Z", "2026-11-22T08:30Z ", "2026-11-22T8:30Z",
            "1970-01-01T00:00:00+01:00", "2026-11-22T08:30:00+0100", "2026-11-22TZ", "2026-11-22T",
        ] { #expect(Timestamp(rfc3339: text) == nil, "\(text)") }
    }
}
