import CLinux
import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import Reactor

@Test func `a peer that said close_notify still gets its answer, then ours`() throws {
    let fixture = try TLSFixture()
    fixture.write([1])
    fixture.peer.sayCloseNotify()
    fixture.loop.turn(untilTrue: { fixture.handler.ends == 1 })
    #expect(fixture.handler.received == [1])
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 3)
    #expect(fixture.handler.closes == 0)
    fixture.connection.send([42])
    fixture.connection.closeAfterFlush()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.read(1) == [42])
    #expect(fixture.read(1).isEmpty)
    #expect(fixture.peer.sawCloseNotify)
    #expect(fixture.handler.error == nil)
}

@Test func `bytes before a close_notify or a bare FIN are delivered before the end`() throws {
    for leave in [TLSPeer.sayCloseNotify, TLSPeer.sayFIN] {
        let fixture = try TLSFixture()
        fixture.connection.pauseReading()
        let sent = pattern(100_000)
        fixture.write(sent)
        leave(fixture.peer)()
        var bytesAtEnd: Int?
        fixture.handler.onEnd = { _ in bytesAtEnd = fixture.handler.received.count }
        fixture.connection.resumeReading()
        fixture.loop.turn(untilTrue: { bytesAtEnd != nil })
        #expect(bytesAtEnd == sent.count)
        #expect(fixture.handler.received == sent)
        #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
    }
}

@Test func `closing after the flush delivers all to a slow reader, then close_notify`() throws {
    let fixture = try TLSFixture(.init(receiveBuffer: 4096), sendBuffer: 4096)
    let sent = pattern(600_000)
    fixture.connection.send(sent)
    fixture.connection.closeAfterFlush()
    #expect(fixture.read(sent.count) == sent)
    #expect(fixture.read(1).isEmpty)
    #expect(fixture.peer.sawCloseNotify)
    fixture.peer.close()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.error == nil)
    #expect(fixture.loop.timers.count == 0)
}

@Test func `a close frame that cannot be written is given up after a second`() throws {
    let fixture = try TLSFixture(.init(receiveBuffer: 4096), sendBuffer: 4096)
    // Fills the kernel's buffers to the last byte that a record fits in.
    while !fixture.connection.isWriteBlocked {
        fixture.connection.send(pattern(1))
        fixture.loop.turn(waitAtMostMilliseconds: 0)
    }
    fixture.connection.outbound.consume(fixture.connection.queuedBytes)
    let start = monotonicMilliseconds()
    let firstTurn = fixture.loop.turns
    fixture.connection.isWriteBlocked = false
    fixture.connection.closeAfterFlush()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect((1000..<3000).contains(monotonicMilliseconds() - start))
    #expect(fixture.loop.turns - firstTurn < 200)
}

@Test func `what a TLS peer says during our farewell is discarded`() throws {
    let fixture = try TLSFixture()
    fixture.connection.closeAfterFlush()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.phase == .lingering)
    _ = fixture.peer.write(pattern(10_000))
    fixture.peer.sayFIN()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.received.isEmpty)
    #expect(fixture.handler.ends == 0)
    #expect(fixture.handler.error == nil)
}

@Test func `closing now is not taken for a proper end`() throws {
    let fixture = try TLSFixture()
    fixture.connection.send(pattern(100))
    fixture.connection.closeNow()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.handler.closes == 1)
    #expect(fixture.read(1).isEmpty)
    #expect(!fixture.peer.sawCloseNotify)
    #expect(fixture.peer.failure == "unexpected eof while reading")
}

@Test func `a reset in the middle of a long TLS write closes with its error`() throws {
    let fixture = try TLSFixture()
    fixture.connection.send(pattern(8_000_000))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.isWriteBlocked)
    fixture.peer.reset()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.error?.code == ECONNRESET)
    #expect(!fixture.connection.hasHandshakeFailed)
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
}

@Test func `messages before the peer's end are delivered though our answer fails`() throws {
    let fixture = try TLSFixture()
    fixture.connection.pauseReading()
    let sent = pattern(60_000)
    fixture.handler.onReceive = { $0.send([1]) }
    fixture.write(sent)
    // The tickets: a socket that is closed with unread bytes resets what it sent.
    _ = fixture.peer.readAvailable()
    fixture.peer.close()
    fixture.connection.resumeReading()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.received == sent)
    #expect(fixture.handler.receptions > 1, "the answer to the first failed before the last")
    #expect(fixture.handler.closes == 1)
}

@Test func `a forged record ends the connection and delivers nothing of itself`() throws {
    let fixture = try TLSFixture()
    fixture.write([1])
    fixture.loop.turn(untilTrue: { fixture.handler.received == [1] })
    let forged: [UInt8] = [23, 3, 3, 0, 40] + pattern(40)
    _ = unsafe send(fixture.peer.descriptorNumber, forged, forged.count, Int32(MSG_NOSIGNAL))
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.handler.received == [1])
    #expect(fixture.handler.error?.code == EPROTO)
    #expect(fixture.handler.ends == 0)
}

@Test func `a thousand resets at every moment leave nothing behind`() throws {
    let loop = try EventLoop()
    let handler = Recorder()
    let listener = try TLSListener(on: loop, handler, .forTests())
    for round in 0..<1000 {
        let peer = try TLSPeer(port: listener.port)
        for _ in 0..<(round % 8) {
            if peer.shakeHands() { _ = peer.write([1]) }
            loop.turn(waitAtMostMilliseconds: 0)
        }
        peer.reset()
    }
    loop.turn(untilTrue: { handler.closes == 1000 })
    #expect(handler.closes == 1000)
    #expect(loop.connections.count == 0)
    #expect(loop.timers.count == 0)
}
