import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import Reactor

@Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
func `large transfers both ways at once survive tiny socket buffers`(version: Int32) throws {
    let fixture = try TLSFixture(
        .init(versions: version...version, receiveBuffer: 4096), sendBuffer: 4096)
    let down = pattern(1_500_000)
    let up = Array(pattern(1_000_000).reversed())
    for start in stride(from: 0, to: down.count, by: 100_000) {
        fixture.connection.send(Array(down[start..<(start + 100_000)]))
    }
    var read: [UInt8] = []
    var written = 0
    fixture.loop.turn(
        untilTrue: {
            written += fixture.peer.write(up[written...])
            read += fixture.peer.readAvailable()
            // The queue grows, and moves in memory, while a record of it is half out.
            if read.count % 7 == 0, read.count < 1_000_000 { fixture.connection.send([]) }
            return read.count == down.count && fixture.handler.received.count == up.count
        }, withinMilliseconds: 60_000)
    #expect(read == down)
    #expect(fixture.handler.received == up)
    fixture.loop.turn(untilTrue: { !fixture.connection.isWriteBlocked })
    #expect(fixture.connection.queuedBytes == 0)
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
}

@Test func `bytes queued behind a record that is half out follow it in order`() throws {
    let fixture = try TLSFixture(.init(receiveBuffer: 4096), sendBuffer: 4096)
    let sent = pattern(400_000)
    fixture.connection.send(Array(sent[..<100_000]))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.isWriteBlocked)
    #expect(fixture.loop.countTurns(forMilliseconds: 40) <= 2)
    fixture.connection.send(Array(sent[100_000...]))
    #expect(fixture.read(sent.count) == sent)
}

/// A connection that is paused and has read a part of a record: OpenSSL holds the rest, and the
/// kernel nothing.
private func readPart(of record: [UInt8], _ fixture: TLSFixture) throws -> [UInt8] {
    fixture.connection.pauseReading()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    fixture.write(record)
    var part = [UInt8](repeating: 0, count: 100)
    var span = part.mutableSpan
    let result = fixture.connection.transportRead(into: &span)
    guard case .bytes(100) = result else { throw SystemError(call: "read", code: EPROTO) }
    return part
}

@Test func `decrypted bytes are delivered although the socket has no more input`() throws {
    let fixture = try TLSFixture()
    let sent = pattern(5000)
    let part = try readPart(of: sent, fixture)
    fixture.connection.resumeReading()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.handler.received.isEmpty, "the turn in which it was resumed only lists it")
    fixture.loop.turn(waitAtMostMilliseconds: 10_000)
    #expect(part + fixture.handler.received == sent)
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
}

@Test func `a paused connection keeps its decrypted bytes, without spinning`() throws {
    let fixture = try TLSFixture()
    let sent = pattern(5000)
    let part = try readPart(of: sent, fixture)
    #expect(fixture.connection.tls?.hasBacklog == true)
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
    // Listed for the next turn, and paused again before it.
    fixture.connection.resumeReading()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    fixture.connection.pauseReading()
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 3)
    #expect(fixture.handler.received.isEmpty)
    fixture.connection.resumeReading()
    fixture.loop.turn(untilTrue: { fixture.handler.receptions == 1 })
    #expect(part + fixture.handler.received == sent)
}

@Test func `many small records that come at once are all delivered`() throws {
    let fixture = try TLSFixture()
    fixture.connection.pauseReading()
    let sent = pattern(2000)
    for byte in sent { fixture.write([byte]) }
    fixture.connection.resumeReading()
    fixture.loop.turn(untilTrue: { fixture.handler.received.count == sent.count })
    #expect(fixture.handler.received == sent)
    #expect(fixture.handler.receptions < 50, "one read takes the records that are there")
}

@Test func `bytes right behind the handshake are not forgotten`() throws {
    let fixture = try TLSFixture(shakingHands: false)
    var isDone = false
    // The peer's last flight and its first bytes reach us together.
    fixture.loop.turn(untilTrue: {
        isDone = isDone || fixture.peer.shakeHands()
        return isDone
    })
    #expect(fixture.peer.write([1, 2, 3]) == 3)
    fixture.loop.turn(untilTrue: { fixture.handler.received.count == 3 })
    #expect(fixture.handler.received == [1, 2, 3])
}

@Test func `new keys in the middle of a conversation change nothing`() throws {
    let fixture = try TLSFixture(.init(versions: TLS1_3_VERSION...TLS1_3_VERSION))
    for round in 0..<20 {
        fixture.peer.updateKeys()
        fixture.write([UInt8(round)])
        fixture.loop.turn(untilTrue: { fixture.handler.received.count == round + 1 })
        fixture.connection.send([UInt8(100 + round)])
        #expect(fixture.read(1) == [UInt8(100 + round)])
    }
    #expect(fixture.handler.received == (0..<20).map { UInt8($0) })
    #expect(fixture.handler.closes == 0)
}
