// The time zone of a report's days.

package struct ReportZone: Hashable, Sendable {
    /// A name of the IANA time zone database.
    package let name: String

    package static let utc = ReportZone(known: "UTC")

    private init(known name: String) { self.name = name }

    /// nil: unknown zone.
    package init?(_ name: String) {
        guard ZoneOffsets.isKnown(name) else { return nil }
        self.name = name
    }

    package func day(of time: Timestamp) -> CivilDay {
        let day = CivilDay(time)
        return ReportCalendar(self, around: day...day).day(of: time)
    }
}

/// The days of a zone, around a range of days.
package struct ReportCalendar: Sendable {
    private let segments: [ZoneOffsets.Segment]

    /// - Parameter days: the days that may be asked for; a few days around them are covered too.
    package init(_ zone: ReportZone, around days: ClosedRange<CivilDay>) {
        // No zone is a whole day from UTC.
        let range =
            days.lowerBound.advanced(by: -3).start
            .milliseconds..<days.upperBound.advanced(by: 4).start.milliseconds
        segments =
            ZoneOffsets.segments(of: zone.name, over: range)
            ?? [ZoneOffsets.Segment(range: range, offset: 0)]
    }

    /// The zone's days are those of UTC.
    package var isUTC: Bool { segments.allSatisfy { $0.offset == 0 } }

    /// Local time, written as if it were UTC.
    private func wall(_ time: Timestamp) -> Timestamp {
        let segment = segments.last { $0.range.lowerBound <= time.milliseconds } ?? segments.first
        return time.advanced(byMilliseconds: segment?.offset ?? 0)
    }

    package func day(of time: Timestamp) -> CivilDay { CivilDay(wall(time)) }

    /// The local hour, 0 to 23.
    package func hour(of time: Timestamp) -> Int {
        let wall = wall(time)
        return Int(wall.elapsed(since: CivilDay(wall).start) / 3_600_000) % 24
    }

    /// The first moment of the day: its midnight, or the end of a clock change that skips it.
    package func start(of day: CivilDay) -> StatisticsQuarter {
        let midnight = day.start.milliseconds
        for segment in segments {
            let start = max(segment.range.lowerBound, midnight - segment.offset)
            if start < segment.range.upperBound {
                return StatisticsQuarter(Timestamp(milliseconds: start))
            }
        }
        return StatisticsQuarter(day.start)
    }
}
