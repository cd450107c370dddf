import Testing

@testable import Hub

@Suite struct TokenBucketTests {
    @Test func `gives a burst and then what the rate brings back`() {
        var bucket = TokenBucket(count: 20, perMilliseconds: 1000, burst: 100, now: 0)
        for _ in 0..<100 { #expect(bucket.take(now: 0) == nil) }
        #expect(bucket.take(now: 0) == 50)
        #expect(bucket.take(now: 49) == 1)
        #expect(bucket.take(now: 50) == nil)
        #expect(bucket.take(now: 50) == 50)
    }

    @Test func `an hourly budget says how long it takes`() {
        var bucket = TokenBucket(count: 60, perMilliseconds: 3_600_000, burst: 60, now: 0)
        for _ in 0..<60 { #expect(bucket.take(now: 0) == nil) }
        #expect(bucket.take(now: 0) == 60_000)
    }

    @Test func `a dear one leaves a debt`() {
        var bucket = TokenBucket(count: 10, perMilliseconds: 1000, burst: 10, now: 0)
        #expect(bucket.take(30, now: 0) == nil)
        #expect(bucket.take(now: 0) == 2100)
        #expect(bucket.take(now: 2100) == nil)
    }

    @Test func `a count of 0 means no limit`() {
        var bucket = TokenBucket(count: 0, perMilliseconds: 1000, burst: 0, now: 0)
        for _ in 0..<10_000 { #expect(bucket.take(now: 0) == nil) }
        let isFull = bucket.isFull(now: 0)
        #expect(isFull)
    }
}
