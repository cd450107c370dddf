// RFC 3339, compared with a calendar that counts day by day.

import TestSupport
import Testing
import Tickets

private let dayMs: Int64 = 86_400_000

/// A date that only knows how to become the next one.
private struct SlowDate {
    var year: Int
    var month: Int
    var day: Int

    static func isLeap(_ year: Int) -> Bool {
        year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
    }

    mutating func step() {
        let lengths = [31, Self.isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        day += 1
        if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
        if month > 12 { (year, month) = (year + 1, 1) }
    }

    var text: String { "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))" }

    private func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (-86_400_000, "1969-12-31T00:00:00.000Z"),
        (-86_400_001, "1969-12-30T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (951_868_799_999, "2000-02-29T23:59:59.999Z"),
        (951_868_800_000, "2000-03-01T00:00:00.000Z"),
        (1_000_000_000_000, "2001-09-09T01:46:40.000Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    ])
    func `writes known moments`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
    }

    @Test func `stays within the years that RFC 3339 can write`() {
        #expect(Timestamp(milliseconds: 253_402_300_800_000).rfc3339 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).rfc3339 == "0000-01-01T00:00:00.000Z")
    }

    @Test func `agrees with a slow calendar on every day from 1890 to 2110`() {
        var date = SlowDate(year: 1890, month: 1, day: 1)
        let last = SlowDate(year: 2110, month: 12, day: 31).text
        var noon: Int64 = -2_524_521_600_000 + dayMs / 2
        var disagreements: [String] = []
        while date.text <= last {
            let written = Timestamp(milliseconds: noon).rfc3339
            if written != date.text + "T12:00:00.000Z" { disagreements.append(written) }
            date.step()
            noon += dayMs
        }
        #expect(disagreements.isEmpty)
        #expect(date.text == "2111-01-01")
    }

    @Test func `agrees with a slow calendar around every end of February`() {
        var midnight: Int64 = -62_167_219_200_000
        for year in 0...9999 {
            var date = SlowDate(year: year, month: 2, day: 28)
            for offset in 58...60 {
                let written = Timestamp(milliseconds: midnight + Int64(offset) * dayMs).rfc3339
                if written != date.text + "T00:00:00.000Z" {
                    Issue.record("\(written) is not \(date.text)")
                }
                date.step()
            }
            midnight += (SlowDate.isLeap(year) ? 366 : 365) * dayMs
        }
        #expect(midnight == 253_402_300_800_000)
    }

    @Test func `orders and adds`() {
        #expect(Timestamp(milliseconds: -1) < Timestamp(milliseconds: 0))
        #expect(Timestamp.start.advanced(byMilliseconds: 5).elapsed(since: .start) == 5)
        #expect(
            Timestamp(milliseconds: .max).advanced(byMilliseconds: 1).milliseconds == .max)
        #expect(
            Timestamp(milliseconds: .min).advanced(byMilliseconds: -1).milliseconds == .min)
    }

    @Test func `counts a clock set back as no time`() {
        #expect(Timestamp.start.elapsed(since: .start.plus(minutes: 60)) == 0)
        #expect(Timestamp.start.elapsed(since: .start) == 0)
    }
}
