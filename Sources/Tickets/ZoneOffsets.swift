// How far the clocks of a time zone are from UTC, and when that changes. Foundation brings the
// time zone database, so the machine need not have one.

internal import Foundation

enum ZoneOffsets {
    /// A stretch of time in which the clocks keep their distance from UTC; all in milliseconds.
    struct Segment: Hashable {
        let range: Range<Int64>
        /// Local time less UTC.
        let offset: Int64
    }

    /// The segments that make up `range`, in order; nil when nobody knows the zone.
    static func segments(of name: String, over range: Range<Int64>) -> [Segment]? {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var segments: [Segment] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let date = Date(timeIntervalSince1970: Double(start) / 1000)
            let change = zone.nextDaylightSavingTimeTransition(after: date).map {
                Int64(($0.timeIntervalSince1970 * 1000).rounded())
            }
            // A change that is not ahead would keep us here for ever.
            let end = change.map { $0 > start ? min($0, range.upperBound) : range.upperBound }
            segments.append(
                Segment(
                    range: start..<(end ?? range.upperBound),
                    offset: Int64(zone.secondsFromGMT(for: date)) * 1000))
            start = end ?? range.upperBound
        }
        return segments
    }
}
