import TestSupport
import Testing

@testable import Reactor

/// A connection whose loop has just been busy; it may hold frames for `delay`.
private func busyFixture(delayMilliseconds delay: Int64) throws -> Fixture {
    let fixture = try Fixture()
    var pacer = FlushPacer()
    pacer.delayNanoseconds = delay * 1_000_000
    let now = monotonicNanoseconds()
    pacer.beginTurn(at: now - 10_000_000)
    pacer.noteOffer()
    pacer.noteFlush()
    pacer.endTurn(at: now)
    try #require(pacer.isHolding)
    fixture.loop.pacer = pacer
    return fixture
}

/// Longer than any test, so that held frames stay held.
private let forever: Int64 = 60_000

@Test func `an idle loop sends what is offered at the end of the turn`() throws {
    let fixture = try Fixture()
    fixture.loop.pacer.delayNanoseconds = forever * 1_000_000
    #expect(fixture.connection.offer([1, 2, 3], below: 100))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.queuedBytes == 0)
    #expect(fixture.peer.read(atMost: 16) == [1, 2, 3])
}

@Test func `a busy loop gathers what is offered, and what is sent takes it along`() throws {
    let fixture = try busyFixture(delayMilliseconds: forever)
    #expect(fixture.connection.offer([1, 2], below: 100))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.offer([3], below: 100))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.queuedBytes == 3)
    #expect(fixture.peer.readAvailable(atMost: 16).isEmpty)
    fixture.connection.send([4])
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.queuedBytes == 0)
    #expect(fixture.peer.read(atMost: 16) == [1, 2, 3, 4])
}

@Test func `what is held leaves when its time is up, and the loop wakes for it`() throws {
    let fixture = try busyFixture(delayMilliseconds: 300)
    #expect(fixture.connection.offer([7], below: 100))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    let start = monotonicMilliseconds()
    // Gone already if this machine has slept for so long that the loop counts as idle.
    if fixture.connection.queuedBytes > 0 { fixture.loop.turn(waitAtMostMilliseconds: 60_000) }
    #expect(fixture.connection.queuedBytes == 0)
    #expect(monotonicMilliseconds() - start < 60_000)
    #expect(fixture.peer.read(atMost: 16) == [7])
}

@Test func `a long queue is not held`() throws {
    let fixture = try busyFixture(delayMilliseconds: forever)
    let frame = pattern(40_000)
    #expect(fixture.connection.offer(frame, below: 1_000_000))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.queuedBytes < frame.count)
}

@Test func `closing sends what is held`() throws {
    let fixture = try busyFixture(delayMilliseconds: forever)
    #expect(fixture.connection.offer([1, 2, 3], below: 100))
    fixture.connection.closeAfterFlush()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.peer.read(atMost: 16) == [1, 2, 3])
}

@Test func `stopping the loop sends what is held`() throws {
    let fixture = try busyFixture(delayMilliseconds: forever)
    #expect(fixture.connection.offer([1, 2, 3], below: 100))
    fixture.loop.stop()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.peer.read(atMost: 16) == [1, 2, 3])
}

@Test func `an offer that would fill the queue is turned down`() throws {
    let fixture = try Fixture()
    #expect(fixture.connection.offer([1, 2, 3], below: 6))
    #expect(!fixture.connection.offer([4, 5, 6], below: 6))
    #expect(fixture.connection.offer([4, 5], below: 6))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.peer.read(atMost: 16) == [1, 2, 3, 4, 5])
}

@Test func `a frame that several connections share stays as it is`() throws {
    let fixture = try Fixture()
    let other = try Fixture(on: fixture.loop)
    let frame = pattern(200)
    #expect(fixture.connection.offer(frame, below: 1000))
    #expect(other.connection.offer(frame, below: 1000))
    #expect(fixture.connection.offer([9], below: 1000))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.peer.read(atMost: 300) == frame + [9])
    #expect(other.peer.read(atMost: 300) == frame)
}

@Test func `a shared frame that leaves in pieces arrives whole`() throws {
    let fixture = try Fixture()
    let frame = pattern(6_000_000)
    #expect(fixture.connection.offer(frame, below: .max))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.isWriteBlocked)
    #expect(fixture.connection.offer([1, 2, 3], below: .max))
    var read: [UInt8] = []
    fixture.loop.turn(untilTrue: {
        read += fixture.peer.readAvailable(atMost: 1 << 20)
        return read.count >= frame.count + 3
    })
    #expect(read == frame + [1, 2, 3])
}
