// Histogram of latencies. Its buckets grow with the value, so that microseconds and minutes have
// the same relative error (as in HdrHistogram).

/// Counts microseconds; a bucket is at most 1/32 (3 %) wide.
struct LatencyHistogram {
    private static let subBits = 5
    private static let subCount = 1 << subBits
    /// Up to 2^40 µs, 12 days.
    private static let octaves = 40
    private var counts = [Int](repeating: 0, count: octaves * subCount)
    private(set) var total = 0
    private(set) var largest = 0

    mutating func record(microseconds value: Int, count: Int = 1) {
        let value = max(0, value)
        counts[Self.bucket(of: value)] += count
        total += count
        largest = max(largest, value)
    }

    /// Non-empty buckets: upper end in µs and count, ascending.
    var filled: [(upperEnd: Int, count: Int)] {
        counts.indices.filter { counts[$0] > 0 }.map { (Self.upperEnd(of: $0), counts[$0]) }
    }

    static func bucket(of value: Int) -> Int {
        guard value >= subCount else { return value }
        let exponent = Int.bitWidth - value.leadingZeroBitCount - 1
        let shift = exponent - subBits
        let index = (shift + 1) << subBits + (value >> shift) - subCount
        return min(index, octaves * subCount - 1)
    }

    static func upperEnd(of bucket: Int) -> Int {
        guard bucket >= subCount else { return bucket }
        let shift = bucket >> subBits - 1
        return ((bucket & (subCount - 1)) + subCount + 1) << shift - 1
    }
}
