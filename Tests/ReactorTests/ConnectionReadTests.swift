import TestSupport
import Testing

@testable import Reactor

@Test func `bytes arrive in order, one read a turn, 64 KiB at most`() throws {
    let fixture = try Fixture()
    let sent = pattern(200_000)
    #expect(fixture.peer.write(sent) == sent.count)
    var largest = 0
    fixture.loop.turn(untilTrue: {
        let (receptions, bytes) = (fixture.handler.receptions, fixture.handler.received.count)
        fixture.loop.turn(waitAtMostMilliseconds: 20)
        #expect(fixture.handler.receptions - receptions <= 1)
        largest = max(largest, fixture.handler.received.count - bytes)
        return fixture.handler.received.count == sent.count
    })
    #expect(fixture.handler.received == sent)
    #expect(largest <= 64 * 1024)
}

@Test func `a paused connection reads nothing until it is resumed`() throws {
    let fixture = try Fixture()
    fixture.connection.pauseReading()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    fixture.peer.write([1, 2, 3])
    fixture.peer.sayFIN()
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
    #expect(fixture.handler.received.isEmpty)
    #expect(fixture.handler.ends == 0)
    fixture.connection.resumeReading()
    fixture.loop.turn(untilTrue: { fixture.handler.ends == 1 })
    #expect(fixture.handler.received == [1, 2, 3])
}

@Test func `pausing in the middle of a turn holds for the rest of it`() throws {
    let fixture = try Fixture()
    fixture.peer.write([1])
    fixture.connection.pauseReading()
    fixture.loop.dispatch(fixture.connection.id.key, .input)
    #expect(fixture.handler.received.isEmpty)
    fixture.connection.resumeReading()
    fixture.loop.turn(untilTrue: { !fixture.handler.received.isEmpty })
    #expect(fixture.handler.received == [1])
}

@Test func `the time of the last bytes is kept`() throws {
    let fixture = try Fixture()
    let before = fixture.connection.lastReceived
    _ = fixture.loop.countTurns(forMilliseconds: 20)
    fixture.peer.write([1])
    fixture.loop.turn(untilTrue: { !fixture.handler.received.isEmpty })
    #expect(fixture.connection.lastReceived >= before + 20)
}

@Test func `a handler that takes over receives the remaining bytes`() throws {
    let fixture = try Fixture()
    let successor = Recorder()
    fixture.handler.onReceive = { $0.handler = successor }
    fixture.peer.write([1])
    fixture.loop.turn(untilTrue: { fixture.handler.receptions == 1 })
    fixture.peer.write([2])
    fixture.loop.turn(untilTrue: { successor.receptions == 1 })
    fixture.connection.closeNow()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(successor.received == [2])
    #expect(successor.closes == 1)
    #expect(fixture.handler.closes == 0)
}
