import Testing
import Tickets

@Suite struct DurationBucketsTests {
    /// Some that lie on borders, and others.
    private static let durations: [Int64] =
        (0..<40).map { $0 * 1000 } + [999, 32_999, 33_000, 59_999, 60_000, 86_400_000]
        + (0..<36).flatMap { exponent in
            let power = Int64(1000) << Int64(exponent)
            return [power - 1, power, power + 1, power / 3 * 4]
        }

    @Test func `a bucket's middle is near all that falls into it`() {
        for duration in Self.durations {
            let bucket = DurationBuckets.bucket(ofMilliseconds: duration)
            let error = abs(DurationBuckets.milliseconds(ofBucket: bucket) - duration)
            #expect(error <= max(500, duration / 32 + 500), "\(duration) ms is off by \(error) ms")
        }
    }

    @Test func `longer durations never fall into earlier buckets`() {
        var last = 0
        for duration in Self.durations.sorted() {
            let bucket = DurationBuckets.bucket(ofMilliseconds: duration)
            #expect(bucket >= last)
            last = bucket
        }
    }

    @Test func `nothing is too short or too long`() {
        for duration in [Int64.min, -1, .max] {
            let bucket = DurationBuckets.bucket(ofMilliseconds: duration)
            #expect(DurationBuckets.milliseconds(ofBucket: bucket) >= 0)
        }
        for bucket in [Int.min, -1, 100_000, .max] {
            #expect(DurationBuckets.milliseconds(ofBucket: bucket) >= 0)
        }
    }

    @Test func `medians are by nearest rank`() {
        var histogram = DurationHistogram()
        #expect(histogram.milliseconds(atPercent: 50) == nil)
        for seconds in 1...10 { histogram.add(1, toBucket: seconds) }
        #expect(histogram.milliseconds(atPercent: 50) == 5500)
        #expect(histogram.milliseconds(atPercent: 90) == 9500)
        #expect(histogram.milliseconds(atPercent: 100) == 10_500)
        #expect(histogram.total == 10)
    }
}
