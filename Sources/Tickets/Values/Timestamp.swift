// Wall-clock times, as the wire and the stores write them.

import Algorithms

/// Milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Later by `milliseconds`, pinned at the ends of the range.
    package func advanced(byMilliseconds delta: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return Timestamp(milliseconds: overflow ? (delta < 0 ? .min : .max) : sum)
    }

    /// Milliseconds from `earlier` to here, never negative: a clock set back counts as no time.
    package func elapsed(since earlier: Timestamp) -> Int64 {
        max(0, milliseconds.subtractingReportingOverflow(earlier.milliseconds).partialValue)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Appends RFC 3339 UTC with milliseconds: `2026-11-22T19:08:05.123Z`.
    package func appendRFC3339(to bytes: inout [UInt8]) {
        // Years 0 to 9999 are what RFC 3339 can write.
        let pinned = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let day = (pinned >= 0 ? pinned : pinned - 86_399_999) / 86_400_000
        let inDay = pinned - day * 86_400_000
        let date = CivilDate(daysSinceEpoch: Int(day))
        bytes.append(addingCapacity: 24) { text in
            Self.append(Int64(date.year / 100), to: &text)
            Self.append(Int64(date.year % 100), to: &text)
            text.append(0x2D)
            Self.append(Int64(date.month), to: &text)
            text.append(0x2D)
            Self.append(Int64(date.day), to: &text)
            text.append(0x54)
            Self.append(inDay / 3_600_000, to: &text)
            text.append(0x3A)
            Self.append(inDay / 60_000 % 60, to: &text)
            text.append(0x3A)
            Self.append(inDay / 1000 % 60, to: &text)
            text.append(0x2E)
            text.append(0x30 + UInt8(truncatingIfNeeded: inDay / 100 % 10))
            Self.append(inDay % 100, to: &text)
            text.append(0x5A)
        }
    }

    package var rfc3339: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Two digits of a number below 100.
    private static func append(_ value: Int64, to text: inout OutputSpan<UInt8>) {
        text.append(0x30 + UInt8(truncatingIfNeeded: value / 10))
        text.append(0x30 + UInt8(truncatingIfNeeded: value % 10))
    }
}
