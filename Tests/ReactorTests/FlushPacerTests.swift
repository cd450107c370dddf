import Testing

@testable import Reactor

private let millisecond: Int64 = 1_000_000

/// A pacer and its last time.
private struct Bench {
    var pacer = FlushPacer()
    var now: Int64 = 1_000_000_000_000

    init(delay: Int64 = 2 * millisecond) {
        pacer.delayNanoseconds = delay
        pacer.beginTurn(at: now)
        pacer.endTurn(at: now)
    }

    /// Turns of a millisecond: the loop works for `work` and sleeps for the rest.
    mutating func turn(_ count: Int, work: Int64, offers: Int = 0, flushes: Int = 0) {
        for _ in 0..<count {
            now += millisecond - work
            pacer.beginTurn(at: now)
            for _ in 0..<offers { pacer.noteOffer() }
            for _ in 0..<flushes { pacer.noteFlush() }
            now += work
            pacer.endTurn(at: now)
        }
    }
}

@Test func `a loop that works most of its time holds`() {
    var bench = Bench()
    bench.turn(10, work: 800_000, offers: 100, flushes: 100)
    #expect(bench.pacer.isHolding)
}

@Test func `a loop with time to spare never holds`() {
    var bench = Bench()
    bench.turn(200, work: 300_000, offers: 100, flushes: 100)
    #expect(!bench.pacer.isHolding)
}

@Test func `a delay of zero switches holding off`() {
    var bench = Bench(delay: 0)
    bench.turn(200, work: 990_000, offers: 100, flushes: 100)
    #expect(!bench.pacer.isHolding)
}

@Test func `a busy loop that broadcasts nothing does not hold`() {
    var bench = Bench()
    bench.turn(200, work: 990_000)
    #expect(!bench.pacer.isHolding)
}

@Test func `holding goes on while it saves sends, though the loop has time again`() {
    var bench = Bench()
    bench.turn(10, work: 800_000, offers: 100, flushes: 100)
    bench.turn(300, work: 330_000, offers: 100, flushes: 40)
    #expect(bench.pacer.isHolding)
}

@Test func `holding ends when there is little left to do`() {
    var bench = Bench()
    bench.turn(10, work: 800_000, offers: 100, flushes: 100)
    bench.turn(30, work: 50_000, offers: 3, flushes: 1)
    #expect(!bench.pacer.isHolding)
}

@Test func `holding that saves no writes is tried less and less often`() {
    var bench = Bench()
    var held = 0
    for _ in 0..<2000 {
        bench.turn(1, work: 900_000, offers: 100, flushes: 100)
        if bench.pacer.isHolding { held += 1 }
    }
    // Windows of ten turns after 0, 100, 200, 400 and 800 ms.
    #expect(held > 0)
    #expect(held <= 60)
}

@Test func `frames that are sent together anyway do not start a hold`() {
    var bench = Bench()
    bench.turn(30, work: 900_000, offers: 800, flushes: 100)
    bench.turn(30, work: 900_000, offers: 800, flushes: 100)
    #expect(!bench.pacer.isHolding)
}

@Test func `the first turn after a sleep does not hold`() {
    var bench = Bench()
    bench.turn(10, work: 800_000, offers: 100, flushes: 100)
    #expect(bench.pacer.isHolding)
    bench.pacer.beginTurn(at: bench.now + 50 * millisecond)
    #expect(!bench.pacer.isHolding)
}
