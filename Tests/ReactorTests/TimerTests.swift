import Testing

@testable import Reactor

@Test func `timers fire in the order of their deadlines`() {
    var queue = TimerQueue()
    var fired: [Int] = []
    for deadline in [5, 3, 9, 1, 7, 3] {
        _ = queue.insert(deadline: Int64(deadline)) { fired.append(deadline) }
    }
    while let action = queue.popDue(at: 7) { action() }
    #expect(fired == [1, 3, 3, 5, 7])
    #expect(queue.nextDeadline == 9)
}

@Test func `equal deadlines fire in the order they were set`() {
    var queue = TimerQueue()
    var fired: [Int] = []
    for index in 0..<100 { _ = queue.insert(deadline: 4) { fired.append(index) } }
    while let action = queue.popDue(at: 4) { action() }
    #expect(fired == Array(0..<100))
}

@Test func `a cancelled timer never fires and its slot serves the next`() {
    var queue = TimerQueue()
    var fired: [String] = []
    let first = queue.insert(deadline: 1) { fired.append("first") }
    let wasPending = queue.cancel(first)
    #expect(wasPending)
    let second = queue.insert(deadline: 1) { fired.append("second") }
    let repeated = queue.cancel(first)
    #expect(!repeated)
    #expect(second.slot == first.slot)
    while let action = queue.popDue(at: 1) { action() }
    #expect(fired == ["second"])
}

@Test func `a hundred thousand timers, half of them cancelled, fire in order`() {
    var queue = TimerQueue()
    var random: UInt64 = 42
    var fired: [Int64] = []
    var timers: [Timer] = []
    for _ in 0..<100_000 {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let deadline = Int64(random >> 44)
        timers.append(queue.insert(deadline: deadline) { fired.append(deadline) })
    }
    for index in stride(from: 0, to: timers.count, by: 2) { queue.cancel(timers[index]) }
    #expect(queue.count == 50_000)
    while let action = queue.popDue(at: .max) { action() }
    #expect(fired.count == 50_000)
    #expect(zip(fired, fired.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(queue.nextDeadline == nil)
}

@Test func `a loop never fires a timer early`() throws {
    let loop = try EventLoop()
    var waits: [(asked: Int, took: Int64)] = []
    for asked in [0, 1, 2, 5, 17, 30] {
        let start = monotonicNanoseconds()
        loop.schedule(afterMilliseconds: asked) {
            waits.append((asked, monotonicNanoseconds() - start))
        }
    }
    loop.turn(untilTrue: { waits.count == 6 })
    #expect(waits.map(\.asked) == [0, 1, 2, 5, 17, 30])
    for wait in waits { #expect(wait.took >= Int64(wait.asked) * 1_000_000) }
}

@Test func `a timer set late in a turn counts from then`() throws {
    let loop = try EventLoop()
    var elapsed: Int64?
    loop.schedule(afterMilliseconds: 0) {
        let busyUntil = monotonicNanoseconds() + 20_000_000
        while monotonicNanoseconds() < busyUntil {}
        let start = monotonicNanoseconds()
        loop.schedule(afterMilliseconds: 10) { elapsed = monotonicNanoseconds() - start }
    }
    loop.turn(untilTrue: { elapsed != nil })
    #expect(try #require(elapsed) >= 10_000_000)
    #expect(loop.lag >= 20)
    #expect(loop.lag == 0, "reading the figure starts it anew")
}

@Test func `delays out of range neither trap nor fire`() throws {
    let loop = try EventLoop()
    var fired: [Int] = []
    loop.schedule(afterMilliseconds: .max) { fired.append(1) }
    loop.schedule(afterMilliseconds: .min) { fired.append(2) }
    loop.turn(untilTrue: { !fired.isEmpty })
    #expect(fired == [2])
    #expect(loop.timers.count == 1)
}

@Test func `an action may cancel and set timers`() throws {
    let loop = try EventLoop()
    var fired: [String] = []
    let doomed = loop.schedule(afterMilliseconds: 5) { fired.append("doomed") }
    loop.schedule(afterMilliseconds: 1) {
        loop.cancel(doomed)
        loop.schedule(afterMilliseconds: 10) { fired.append("next") }
    }
    loop.turn(untilTrue: { !fired.isEmpty })
    #expect(fired == ["next"])
    #expect(loop.timers.count == 0)
}
