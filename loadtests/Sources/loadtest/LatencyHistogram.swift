// Histogram of latencies. Its buckets grow with the value, so that microseconds and minutes have
// the same relative error.

import Algorithms

/// Counts microseconds; a bucket is at most 1/32 (3 %) wide.
struct LatencyHistogram {
    private static let buckets = LogBuckets(subBits: 5)
    /// 12 days; larger values count as this.
    private static let valueMax = 1 << 40 - 1
    private var counts = [Int](repeating: 0, count: buckets.bucket(of: valueMax) + 1)
    private(set) var total = 0
    private(set) var largest = 0

    mutating func record(microseconds value: Int, count: Int = 1) {
        let value = max(0, value)
        counts[Self.buckets.bucket(of: min(value, Self.valueMax))] += count
        total += count
        largest = max(largest, value)
    }

    /// Non-empty buckets: upper end in µs and count, ascending.
    var filled: [(upperEnd: Int, count: Int)] {
        counts.indices.compactMap { bucket in
            guard counts[bucket] > 0, let range = Self.buckets.range(of: bucket) else { return nil }
            return (range.start + range.width - 1, counts[bucket])
        }
    }
}
