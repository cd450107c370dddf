import CLinux
import Glibc
import TestSupport
import Testing

@testable import Reactor

@Test func `bytes just before a FIN are delivered before the end is reported`() throws {
    let fixture = try Fixture()
    let sent = pattern(150_000)
    var bytesAtEnd: Int?
    fixture.handler.onEnd = { _ in bytesAtEnd = fixture.handler.received.count }
    fixture.peer.write(sent)
    fixture.peer.sayFIN()
    fixture.loop.turn(untilTrue: { bytesAtEnd != nil })
    #expect(bytesAtEnd == sent.count)
    #expect(fixture.handler.received == sent)
    #expect(fixture.handler.ends == 1)
}

@Test func `a half-closed peer still gets its answer, and the loop does not spin`() throws {
    let fixture = try Fixture()
    fixture.peer.write([1])
    fixture.peer.sayFIN()
    fixture.loop.turn(untilTrue: { fixture.handler.ends == 1 })
    #expect(fixture.loop.countTurns(forMilliseconds: 100) <= 3)
    #expect(fixture.handler.closes == 0)
    fixture.connection.send([42])
    fixture.connection.closeAfterFlush()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.peer.read(atMost: 8) == [42])
    #expect(fixture.peer.read(atMost: 8).isEmpty)
    #expect(fixture.handler.error == nil)
    #expect(fixture.loop.connections.count == 0)
}

@Test func `closing after the flush delivers all to a slow reader, then FIN`() throws {
    let fixture = try Fixture()
    let sent = pattern(6_000_000)
    fixture.connection.send(sent)
    fixture.connection.closeAfterFlush()
    fixture.connection.send([1, 2, 3])
    #expect(fixture.connection.isClosing)
    var read: [UInt8] = []
    fixture.loop.turn(untilTrue: {
        read += fixture.peer.readAvailable(atMost: 500_000)
        return fixture.connection.phase == .lingering && read.count == sent.count
    })
    #expect(read == sent)
    #expect(fixture.peer.read(atMost: 8).isEmpty)
    #expect(fixture.handler.closes == 0)
    fixture.peer.close()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.closes == 1)
    #expect(fixture.loop.timers.count == 0)
}

@Test func `a peer that never says FIN is waited for one second, without spinning`() throws {
    let fixture = try Fixture()
    let start = monotonicMilliseconds()
    fixture.connection.closeAfterFlush()
    let firstTurn = fixture.loop.turns
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    let took = monotonicMilliseconds() - start
    #expect((1000..<3000).contains(took))
    #expect(fixture.loop.turns - firstTurn < UInt64(took / 20 + 10))
}

@Test func `what a peer says during our farewell is discarded`() throws {
    let fixture = try Fixture()
    fixture.connection.closeAfterFlush()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    fixture.peer.write(pattern(100_000))
    fixture.peer.sayFIN()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.received.isEmpty)
    #expect(fixture.handler.ends == 0)
    #expect(fixture.handler.error == nil)
}

@Test func `closing now drops the queue at the end of the turn and tells once`() throws {
    let fixture = try Fixture()
    let id = fixture.connection.id
    fixture.connection.send([1, 2, 3])
    fixture.connection.closeNow()
    fixture.connection.closeNow()
    fixture.connection.closeAfterFlush()
    #expect(fixture.handler.closes == 0)
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.handler.closes == 1)
    #expect(fixture.loop.connection(for: id) == nil)
    #expect(fixture.connection.handler == nil)
    #expect(fixture.peer.read(atMost: 8).isEmpty)
    fixture.connection.send([4])
    fixture.connection.resumeReading()
    fixture.connection.pauseReading()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.handler.closes == 1)
}

@Test func `a reset in the middle of a long write closes with its error`() throws {
    let fixture = try Fixture()
    fixture.connection.send(pattern(8_000_000))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.isWriteBlocked)
    fixture.peer.reset()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.error?.code == ECONNRESET)
    #expect(fixture.handler.ends == 0)
    #expect(fixture.loop.connections.count == 0)
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
}

@Test func `a reset while reading is paused closes instead of spinning`() throws {
    let fixture = try Fixture()
    fixture.connection.pauseReading()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    fixture.peer.reset()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.error?.code == ECONNRESET)
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
}

@Test func `a reset after a FIN closes`() throws {
    let fixture = try Fixture()
    fixture.peer.sayFIN()
    fixture.loop.turn(untilTrue: { fixture.handler.ends == 1 })
    fixture.peer.reset()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.closes == 1)
    #expect(fixture.handler.error != nil)
}

@Test func `messages sent before a reset are delivered though our answer fails`() throws {
    let fixture = try Fixture()
    let sent = pattern(150_000)
    fixture.handler.onReceive = { $0.send([1]) }
    fixture.peer.write(sent)
    fixture.peer.close()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.received == sent)
    #expect(fixture.handler.closes == 1)
}

@Test func `one handler may close another's connection in the same turn`() throws {
    let fixture = try Fixture()
    let other = Recorder()
    var pair: [Int32] = [0, 0]
    _ = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
    let far = RawPeer(adopting: Descriptor(adopting: pair[1]))
    let second = fixture.loop.adopt(Descriptor(adopting: pair[0]), handler: other)
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    fixture.handler.onReceive = { _ in second.closeNow() }
    other.onReceive = { _ in fixture.connection.closeNow() }
    fixture.peer.write([1])
    far.write([2])
    fixture.loop.turn(untilTrue: { fixture.handler.closes + other.closes > 0 })
    #expect(fixture.handler.closes + other.closes == 1)
    #expect(fixture.handler.receptions + other.receptions == 1)
}

@Test func `what a closing handler sends to others leaves without waiting`() throws {
    let fixture = try Fixture()
    let other = try Fixture(on: fixture.loop)
    fixture.handler.onClose = { _ in other.connection.send([7]) }
    fixture.peer.close()
    fixture.handler.onEnd = { $0.closeNow() }
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    fixture.loop.turn(waitAtMostMilliseconds: 1000)
    #expect(other.peer.readAvailable(atMost: 8) == [7])
}

@Test func `closing the loop closes every connection and frees it`() throws {
    weak var freed: EventLoop?
    let recorder = Recorder()
    do {
        let fixture = try Fixture()
        freed = fixture.loop
        fixture.connection.handler = recorder
        fixture.loop.schedule(afterMilliseconds: 1) { [loop = fixture.loop] in loop.stop() }
        // Does not run, and holds the loop until that lets go of it.
        fixture.loop.schedule(afterMilliseconds: 60_000) { [loop = fixture.loop] in loop.stop() }
        fixture.peer.write([1])
        fixture.loop.run()
        #expect(fixture.loop.connections.count == 0)
        #expect(fixture.peer.read(atMost: 8).isEmpty)
    }
    #expect(recorder.closes == 1)
    #expect(freed == nil)
}
