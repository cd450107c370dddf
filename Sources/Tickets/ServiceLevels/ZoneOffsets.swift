// UTC offsets of a time zone, and when they change. Foundation brings the time zone database, so
// the machine need not have one.

internal import Foundation

enum ZoneOffsets {
    /// A period with one constant offset from UTC; all in milliseconds.
    struct Segment: Hashable {
        let range: Range<Int64>
        /// Local time less UTC.
        let offset: Int64
    }

    /// Whether `name` is in the database. Foundation also accepts names such as `GMT+0137` or
    /// `BST`, which other programs read differently.
    static func isKnown(_ name: String) -> Bool {
        let bytes = name.utf8
        guard bytes.count <= nameBytesMax, bytes.allSatisfy(isOfName) else { return false }
        if bytes.count == 3, !shortNames.contains(where: { $0.utf8.elementsEqual(bytes) }) {
            return false
        }
        if ["GMT+0", "GMT-0"].contains(where: { $0.utf8.elementsEqual(bytes) }) { return true }
        if foreign.contains(where: { bytes.starts(with: $0.utf8) }) { return false }
        return TimeZone(identifier: name) != nil
    }

    private static let nameBytesMax = 64
    /// Offsets, and names that the database does not have or no longer has.
    private static let foreign = ["GMT+", "GMT-", "UTC+", "UTC-", "SystemV/", "US/Pacific-New"]

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
        default: false
        }
    }
    private static let shortNames = [
        "CET", "EET", "EST", "GMT", "HST", "MET", "MST", "PRC", "ROC", "ROK", "UCT", "UTC", "WET",
    ]

    /// The segments of `range`, in order; nil for an unknown zone.
    static func segments(of name: String, over range: Range<Int64>) -> [Segment]? {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var segments: [Segment] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let date = Date(timeIntervalSince1970: Double(start) / 1000)
            let change = zone.nextDaylightSavingTimeTransition(after: date).map {
                Int64(($0.timeIntervalSince1970 * 1000).rounded())
            }
            // A change that is not later would loop without end.
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
