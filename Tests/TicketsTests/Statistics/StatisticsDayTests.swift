import Testing
import Tickets

@Suite struct StatisticsDayTests {
    @Test func `every day of two centuries reads back`() {
        var day = StatisticsDay(number: 0)
        var text = day.description
        #expect(text == "1970-01-01" && day.weekday == 3)
        for number in 0..<73_100 {
            day = StatisticsDay(number: number)
            text = day.description
            #expect(StatisticsDay(text) == day)
            #expect(StatisticsDay(day.start) == day)
            #expect(StatisticsDay(day.start.advanced(byMilliseconds: 86_399_999)) == day)
        }
        #expect(text == "2170-02-20")
    }

    @Test(arguments: [
        "", "2026-11-2", "2026-11-222", "2026/11/22", "2026-02-29", "2026-04-31", "2026-13-01",
        "2026-00-10", "2026-01-00", "1969-12-31", "+026-01-01", "２０26-01", "2026-11-22T00:00:00Z",
    ])
    func `what is not a day is refused`(_ text: String) {
        #expect(StatisticsDay(text) == nil)
    }

    @Test func `knows leap days and weekdays`() throws {
        let leap = try #require(StatisticsDay("2024-02-29"))
        #expect(leap.advanced(by: 1).description == "2024-03-01")
        #expect(leap.weekday == 3)
        #expect(try #require(StatisticsDay("2026-11-22")).weekday == 6)
        #expect(StatisticsDay(Timestamp(milliseconds: -1)).number == -1)
    }
}
