// Counts durations in buckets, which can be added over days and people; durations themselves
// cannot. A median read from them is off by at most 1/32 of itself, or half a second.

package enum DurationBuckets {
    /// Up to here every second is a bucket; above it each doubling has sixteen.
    private static let exactSeconds = 32

    package static func bucket(ofMilliseconds duration: Int64) -> Int {
        let seconds = Int(clamping: max(0, duration) / 1000)
        guard seconds >= exactSeconds else { return seconds }
        let exponent = Int.bitWidth - 1 - seconds.leadingZeroBitCount
        return exactSeconds + (exponent - 5) * 16 + (seconds >> (exponent - 4)) - 16
    }

    /// The middle of a bucket, in milliseconds.
    package static func milliseconds(ofBucket bucket: Int) -> Int64 {
        guard bucket >= exactSeconds else { return Int64(max(0, bucket)) * 1000 + 500 }
        // 64 bits hold no more than 58 doublings.
        let exponent = min((bucket - exactSeconds) / 16 + 5, 50)
        let width = Int64(1) << Int64(exponent - 4)
        let low = Int64((bucket - exactSeconds) % 16 + 16) * width
        return low * 1000 + width * 500
    }
}

/// Counts of durations by bucket.
package struct DurationHistogram: Hashable, Sendable {
    package private(set) var counts: [Int: Int] = [:]
    package private(set) var total = 0

    package init() {}

    package mutating func add(_ count: Int, toBucket bucket: Int) {
        counts[bucket, default: 0] += count
        total += count
    }

    /// The duration that `percent` of all do not exceed (nearest rank), in milliseconds; nil: no
    /// durations.
    package func milliseconds(atPercent percent: Int) -> Int64? {
        guard total > 0 else { return nil }
        let rank = max(1, (total * percent + 99) / 100)
        var passed = 0
        for (bucket, count) in counts.sorted(by: { $0.key < $1.key }) {
            passed += count
            if passed >= rank { return DurationBuckets.milliseconds(ofBucket: bucket) }
        }
        return nil
    }
}
