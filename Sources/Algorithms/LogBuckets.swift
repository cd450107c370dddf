// Buckets of a histogram whose width grows with the value (as in HdrHistogram), so that small and
// large values have the same relative error.

/// Each doubling has `2^subBits` buckets. Values below `2^(subBits + 1)` have one each.
package struct LogBuckets: Sendable {
    private let subBits: Int
    private var subCount: Int { 1 << subBits }

    package init(subBits: Int) { self.subBits = subBits }

    /// - Parameter value: 0 or more.
    package func bucket(of value: Int) -> Int {
        guard value >= subCount else { return value }
        let shift = Int.bitWidth - value.leadingZeroBitCount - 1 - subBits
        return (shift + 1) << subBits + (value >> shift) - subCount
    }

    /// The smallest value of a bucket, and how many values fall into it; nil: no value does.
    package func range(of bucket: Int) -> (start: Int, width: Int)? {
        guard bucket >= 0 else { return nil }
        guard bucket >= subCount else { return (bucket, 1) }
        let shift = bucket >> subBits - 1
        guard shift < Int.bitWidth - 1 - subBits else { return nil }
        return (((bucket & (subCount - 1)) + subCount) << shift, 1 << shift)
    }
}
