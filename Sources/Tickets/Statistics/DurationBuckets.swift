// Counts durations in buckets, which can be added over days and people; durations themselves
// cannot. A median read from them is off by at most 1/32 of itself, or half a second.

import Algorithms

package enum DurationBuckets {
    /// Of seconds. Stores keep the numbers of these buckets: they cannot change.
    private static let buckets = LogBuckets(subBits: 4)
    /// 140 million years. Later buckets read as this one: their milliseconds do not fit 64 bits.
    private static let last = buckets.bucket(of: 1 << 52)

    package static func bucket(ofMilliseconds duration: Int64) -> Int {
        buckets.bucket(of: Int(clamping: max(0, duration) / 1000))
    }

    /// The middle of a bucket, in milliseconds.
    package static func milliseconds(ofBucket bucket: Int) -> Int64 {
        guard let range = buckets.range(of: min(max(0, bucket), last)) else { return 0 }
        return Int64(range.start) * 1000 + Int64(range.width) * 500
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
