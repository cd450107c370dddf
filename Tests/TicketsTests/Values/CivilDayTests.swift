import TestSupport
import Testing
import Tickets

@Suite struct CivilDayTests {
    @Test func `every day of two centuries reads back`() {
        var day = CivilDay(number: 0)
        var text = day.description
        #expect(text == "1970-01-01" && day.weekday == 3)
        for number in 0..<73_100 {
            day = CivilDay(number: number)
            text = day.description
            #expect(CivilDay(text) == day)
            #expect(CivilDay(day.start) == day)
            #expect(CivilDay(day.start.advanced(byMilliseconds: 86_399_999)) == day)
        }
        #expect(text == "2170-02-20")
    }

    @Test(arguments: [
        "", "2026-11-2", "2026-11-222", "2026/11/22", "2026-02-29", "2026-04-31", "2026-13-01",
        "2026-00-10", "2026-01-00", "26-01-01", "2026-1-1", "2026-01-01T", "+026-01-01", "２０26-01",
        "2026-11-22T00:00:00Z",
    ])
    func `a day that does not exist is refused`(_ text: String) {
        #expect(CivilDay(text) == nil)
    }

    @Test func `days are numbered from 1970`() {
        #expect(CivilDay("1970-01-01")?.number == 0)
        #expect(CivilDay("2000-02-29")?.number == 11_016)
        #expect(CivilDay("2026-11-23")?.number == 20_780)
        #expect(CivilDay("1969-12-31")?.number == -1)
        #expect(CivilDay("1969-12-31")?.isSinceEpoch == false)
    }

    @Test func `knows leap days and weekdays`() throws {
        let leap = try #require(CivilDay("2024-02-29"))
        #expect(leap.advanced(by: 1).description == "2024-03-01")
        #expect(leap.weekday == 3)
        #expect(try #require(CivilDay("2026-11-22")).weekday == 6)
        #expect(CivilDay(Timestamp(milliseconds: -1)).number == -1)
    }
}
