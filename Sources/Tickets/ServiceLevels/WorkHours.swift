// Configured working hours: a zone, a week with its breaks, and days off. `laidOut` makes a
// `WorkCalendar` of them.

package struct WorkHours: Hashable, Sendable {
    /// Part of a day, in minutes since local midnight; `to` is 1440 at most.
    package struct Shift: Hashable, Sendable {
        package let from: Int
        package let to: Int

        /// nil if it would be empty or exceed the day.
        package init?(from: Int, to: Int) {
            guard from >= 0, from < to, to <= 1440 else { return nil }
            self.from = from
            self.to = to
        }
    }

    /// A name of the IANA time zone database.
    package var timeZone: String
    /// Shifts by weekday, Monday first; the time between two shifts is a break.
    package private(set) var week: [[Shift]] = Array(repeating: [], count: 7)
    package var holidays: Set<CivilDay> = []

    package init(timeZone: String) { self.timeZone = timeZone }

    /// Sets the shifts of a weekday (0 is Monday); false, with nothing set, when two overlap.
    package mutating func set(_ shifts: [Shift], on weekday: Int) -> Bool {
        let sorted = shifts.sorted { $0.from < $1.from }
        guard week.indices.contains(weekday),
            zip(sorted, sorted.dropFirst()).allSatisfy({ $0.to <= $1.from })
        else { return false }
        week[weekday] = sorted
        return true
    }

    package var isEmpty: Bool { week.allSatisfy(\.isEmpty) }

    /// A moment is working time if local time is within its weekday's shifts and the day is no
    /// holiday. So an hour skipped by a change of clocks is not worked, and a repeated one is
    /// worked twice.
    ///
    /// - Parameter days: the range to lay out; outside it the calendar runs around the clock.
    /// - Returns: nil for an unknown time zone.
    package func laidOut(over days: Range<CivilDay> = Self.century) -> WorkCalendar? {
        let range = days.lowerBound.start.milliseconds..<days.upperBound.start.milliseconds
        guard let segments = ZoneOffsets.segments(of: timeZone, over: range) else { return nil }
        var spans: [WorkCalendar.Span] = []
        for segment in segments {
            let first = Self.day(segment.range.lowerBound + segment.offset)
            let last = Self.day(segment.range.upperBound + segment.offset)
            for day in first...last where !holidays.contains(day) {
                for shift in week[day.weekday] {
                    let midnight = day.start.milliseconds - segment.offset
                    Self.append(
                        max(midnight + Int64(shift.from) * 60_000, segment.range.lowerBound),
                        min(midnight + Int64(shift.to) * 60_000, segment.range.upperBound),
                        to: &spans)
                }
            }
        }
        return WorkCalendar(spans: spans, laidOut: range)
    }

    /// 2000 to 2099: no ticket is older and no deadline later.
    package static let century = CivilDay(number: 10_957)..<CivilDay(number: 47_482)

    private static func day(_ milliseconds: Int64) -> CivilDay {
        CivilDay(Timestamp(milliseconds: milliseconds))
    }

    private static func append(
        _ start: Int64, _ end: Int64, to spans: inout [WorkCalendar.Span]
    ) {
        guard start < end else { return }
        if let last = spans.indices.last, spans[last].end == start {
            spans[last].end = end
        } else {
            spans.append(
                WorkCalendar.Span(
                    start: start, end: end, workedBefore: spans.last?.worked ?? 0))
        }
    }
}
