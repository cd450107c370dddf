// The token bucket of a connection, with times that the test sets.

import Testing

@testable import Hub

@Suite struct RateLimiterTests {
    @Test func `admits a burst and then refuses`() {
        var limiter = RateLimiter(perSecond: 20, burst: 60, now: 0)
        for _ in 0..<60 { #expect(limiter.admit(now: 0) == .admitted) }
        #expect(limiter.admit(now: 0) == .refused(retryAfter: 1))
    }

    @Test func `fills again at the rate and not beyond the burst`() {
        var limiter = RateLimiter(perSecond: 20, burst: 5, now: 0)
        for _ in 0..<5 { #expect(limiter.admit(now: 0) == .admitted) }
        #expect(limiter.admit(now: 49) == .refused(retryAfter: 1))
        #expect(limiter.admit(now: 50) == .admitted)
        #expect(limiter.admit(now: 50) == .refused(retryAfter: 1))
        for _ in 0..<5 { #expect(limiter.admit(now: 1_000_000) == .admitted) }
        #expect(limiter.admit(now: 1_000_000) == .refused(retryAfter: 1))
    }

    @Test func `a rate of 0 admits everything`() {
        var limiter = RateLimiter(perSecond: 0, burst: 1, now: 0)
        for _ in 0..<10_000 { #expect(limiter.admit(now: 0) == .admitted) }
    }

    @Test func `a burst of 0 still lets one through`() {
        var limiter = RateLimiter(perSecond: 1, burst: 0, now: 0)
        #expect(limiter.admit(now: 0) == .admitted)
        #expect(limiter.admit(now: 0) == .refused(retryAfter: 1))
        #expect(limiter.admit(now: 1000) == .admitted)
    }

    @Test func `a clock that stands or goes back adds no tokens`() {
        var limiter = RateLimiter(perSecond: 20, burst: 1, now: 1000)
        #expect(limiter.admit(now: 1000) == .admitted)
        #expect(limiter.admit(now: 0) == .refused(retryAfter: 1))
    }

    @Test func `closes after ten seconds with more refusals than the burst`() {
        var limiter = RateLimiter(perSecond: 1, burst: 3, now: 0)
        for _ in 0..<3 { #expect(limiter.admit(now: 0) == .admitted) }
        var verdict = limiter.admit(now: 1)
        var now: Int64 = 1
        while now < 10_000 {
            #expect(verdict != .ignored, "at \(now) ms")
            now += 100
            verdict = limiter.admit(now: now)
        }
        #expect(limiter.admit(now: 10_001) == .ignored)
    }

    @Test func `a few refusals over a long time do not close`() {
        var limiter = RateLimiter(perSecond: 20, burst: 60, now: 0)
        for _ in 0..<60 { #expect(limiter.admit(now: 0) == .admitted) }
        #expect(limiter.admit(now: 0) == .refused(retryAfter: 1))
        for _ in 0..<200 { #expect(limiter.admit(now: 10_000) != .ignored) }
    }

    @Test func `a flood of long ago is forgiven`() {
        var limiter = RateLimiter(perSecond: 20, burst: 2, now: 0)
        for _ in 0..<100 { #expect(limiter.admit(now: 0) != .ignored) }
        for _ in 0..<2 { #expect(limiter.admit(now: 60_000) == .admitted) }
        #expect(limiter.admit(now: 60_000) == .refused(retryAfter: 1))
    }
}
