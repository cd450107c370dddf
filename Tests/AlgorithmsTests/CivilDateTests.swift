// Dates and day numbers.

import Algorithms
import Testing

@Suite struct CivilDateTests {
    @Test func `a day number and its date stand for each other`() {
        for number in stride(from: -719_528, through: 2_932_896, by: 13) {
            #expect(CivilDate(daysSinceEpoch: number).daysSinceEpoch == number)
        }
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-23", 20_780),
        ("0000-01-01", -719_528), ("9999-12-31", 2_932_896),
    ])
    func `known days have their numbers`(text: String, number: Int) {
        #expect(CivilDate(text)?.daysSinceEpoch == number)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
        "2026-1-01", "2026/01/01", "26-01-01", "2026-01-011", "+026-01-01", "",
    ])
    func `a day that is not in the calendar is refused`(text: String) {
        #expect(CivilDate(text) == nil)
    }
}
