// Buckets cover all values without gaps, at the promised width.

import Algorithms
import Testing

@Suite struct LogBucketsTests {
    @Test(arguments: [0, 4, 5])
    func `buckets follow each other without a gap`(subBits: Int) throws {
        let buckets = LogBuckets(subBits: subBits)
        var next = 0
        var bucket = 0
        while let range = buckets.range(of: bucket) {
            #expect(range.start == next && range.width >= 1)
            #expect(buckets.bucket(of: range.start) == bucket)
            #expect(buckets.bucket(of: range.start + (range.width - 1)) == bucket)
            #expect(range.width == 1 || range.width << subBits <= range.start)
            bucket += 1
            next = range.start &+ range.width
        }
        #expect(next == .min, "the last bucket ends with the largest value")
        #expect(bucket == buckets.bucket(of: .max) + 1)
    }

    @Test func `an empty histogram has no range`() {
        let buckets = LogBuckets(subBits: 4)
        #expect(buckets.range(of: -1) == nil && buckets.range(of: .max) == nil)
    }
}
