import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import Reactor

@Test(arguments: [(TLS1_2_VERSION, "TLSv1.2"), (TLS1_3_VERSION, "TLSv1.3")])
func `both versions carry bytes both ways`(version: Int32, name: String) throws {
    let fixture = try TLSFixture(.init(versions: version...version))
    #expect(fixture.peer.version == name)
    fixture.write(Array("ping".utf8))
    fixture.loop.turn(untilTrue: { fixture.handler.received.count == 4 })
    #expect(fixture.handler.received == Array("ping".utf8))
    fixture.connection.send(Array("pong".utf8))
    #expect(fixture.read(4) == Array("pong".utf8))
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
    #expect(fixture.loop.timers.count == 0, "the limit on the handshake is forgotten")
}

@Test(arguments: [TLS1_VERSION, TLS1_1_VERSION])
func `older versions are refused with an alert`(version: Int32) throws {
    let fixture = try TLSFixture(.init(versions: version...version), shakingHands: false)
    fixture.loop.turn(untilTrue: { fixture.peer.shakeHands() || fixture.peer.failure != nil })
    #expect(fixture.peer.failure == "tlsv1 alert protocol version")
    fixture.peer.close()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.connection.hasHandshakeFailed)
    #expect(fixture.handler.error?.call == "tls: unsupported protocol")
}

@Test func `HTTP is chosen among the protocols offered, whatever their order`() throws {
    let offered = Array("\u{2}h2\u{8}http/1.1\u{3}foo".utf8)
    #expect(try TLSFixture(.init(protocols: offered)).peer.chosenProtocol == "http/1.1")
    #expect(try TLSFixture().peer.chosenProtocol == "")
}

@Test func `a peer that offers only other protocols is refused`() throws {
    let fixture = try TLSFixture(.init(protocols: Array("\u{2}h2".utf8)), shakingHands: false)
    fixture.loop.turn(untilTrue: { fixture.peer.shakeHands() || fixture.peer.failure != nil })
    #expect(fixture.peer.failure == "tlsv1 alert no application protocol")
}

@Test func `what is sent during the handshake leaves after it`() throws {
    let fixture = try TLSFixture(shakingHands: false)
    fixture.connection.send(Array("early".utf8))
    fixture.connection.closeAfterFlush()
    try fixture.shakeHands()
    #expect(fixture.read(5) == Array("early".utf8))
    #expect(fixture.read(1).isEmpty)
    #expect(fixture.peer.sawCloseNotify)
}

@Test func `closing during the handshake with nothing to say closes at once`() throws {
    let fixture = try TLSFixture(shakingHands: false)
    fixture.connection.closeAfterFlush()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.handler.closes == 1)
    #expect(!fixture.connection.hasHandshakeFailed)
    #expect(fixture.loop.timers.count == 0)
}

@Test func `a handshake larger than the socket's buffers waits for room`() throws {
    let context = try TLSContext.forTests(chainCopies: 150)
    let fixture = try TLSFixture(
        .init(receiveBuffer: 2048), context: context, sendBuffer: 2048, shakingHands: false)
    fixture.loop.turn(untilTrue: {
        _ = fixture.peer.shakeHands()
        return fixture.connection.watched == .output
    })
    #expect(fixture.connection.watched == .output)
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 5)
    try fixture.shakeHands()
    fixture.write([7])
    fixture.loop.turn(untilTrue: { !fixture.handler.received.isEmpty })
    #expect(fixture.handler.received == [7])
}

@Test func `a slow handshake ends at its limit, however it trickles`() throws {
    let loop = try EventLoop()
    let handler = Recorder()
    let listener = try TLSListener(on: loop, handler, .forTests(), handshakeMilliseconds: 150)
    let peer = try RawPeer(port: listener.port)
    let start = monotonicMilliseconds()
    var hello = clientHelloStart[...]
    loop.turn(untilTrue: {
        if let byte = hello.popFirst() { peer.write([byte]) }
        return handler.closes == 1
    })
    #expect((150..<2000).contains(monotonicMilliseconds() - start))
    #expect(handler.error == SystemError(call: "tls handshake", code: ETIMEDOUT))
    #expect(listener.accepted?.hasHandshakeFailed == true)
    #expect(loop.connections.count == 0)
}

@Test func `a reset or an end in the middle of the handshake closes without spinning`() throws {
    for leave in [RawPeer.reset, RawPeer.close, RawPeer.sayFIN] {
        let loop = try EventLoop()
        let handler = Recorder()
        let listener = try TLSListener(on: loop, handler, .forTests())
        let peer = try RawPeer(port: listener.port)
        peer.write(clientHelloStart)
        loop.turn(untilTrue: { listener.accepted?.watched == .input })
        _ = loop.countTurns(forMilliseconds: 20)
        leave(peer)()
        loop.turn(untilTrue: { handler.closes == 1 })
        #expect(handler.closes == 1)
        #expect(handler.received.isEmpty && handler.ends == 0)
        #expect(listener.accepted?.hasHandshakeFailed == true)
        #expect(loop.countTurns(forMilliseconds: 40) <= 2)
        #expect(loop.timers.count == 0)
    }
}

@Test func `garbage instead of a ClientHello is refused and never reaches the handler`() throws {
    let garbage: [[UInt8]] = [
        pattern(5000), [UInt8](repeating: 0xFF, count: 400), [UInt8](repeating: 0, count: 400),
        [22, 3, 1, 0xFF, 0xFF, 1], Array("SSH-2.0-OpenSSH_9.2\r\n".utf8),
    ]
    for bytes in garbage {
        let loop = try EventLoop()
        let handler = Recorder()
        let listener = try TLSListener(on: loop, handler, .forTests())
        let peer = try RawPeer(port: listener.port)
        peer.write(bytes)
        peer.sayFIN()
        loop.turn(untilTrue: { handler.closes == 1 })
        #expect(handler.closes == 1)
        #expect(handler.received.isEmpty)
        #expect(listener.accepted?.hasHandshakeFailed == true)
    }
}

@Test func `plain HTTP gets the answer in plain, whole, then the end`() throws {
    let answer = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
    let loop = try EventLoop()
    let handler = Recorder()
    let listener = try TLSListener(on: loop, handler, .forTests(answerToPlainHTTP: answer))
    let peer = try RawPeer(port: listener.port)
    peer.write(Array("GET / HTTP/1.1\r\nHost: hub\r\n\r\n".utf8) + pattern(20_000))
    loop.turn(untilTrue: { listener.accepted?.phase == .lingering })
    #expect(peer.read(atMost: 1000) == answer)
    #expect(peer.read(atMost: 1000).isEmpty)
    peer.close()
    loop.turn(untilTrue: { handler.closes == 1 })
    #expect(handler.closes == 1)
    #expect(handler.received.isEmpty)
}

@Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
func `a session is resumed with its ticket, but not under a renewed certificate`(
    version: Int32
) throws {
    let context = try TLSContext.forTests()
    let first = try TLSFixture(.init(versions: version...version), context: context)
    #expect(!first.peer.isResumed)
    // The tickets of TLS 1.3 come after the handshake, before the first bytes.
    first.connection.send([1])
    #expect(first.read(1) == [1])
    let again = TLSPeer.Options(versions: version...version, session: first.peer)
    #expect(try TLSFixture(again, context: context).peer.isResumed)
    #expect(try !TLSFixture(again, context: .forTests()).peer.isResumed)
}

@Test func `renegotiation is refused`() throws {
    let fixture = try TLSFixture(.init(versions: TLS1_2_VERSION...TLS1_2_VERSION))
    fixture.peer.renegotiate()
    fixture.loop.turn(untilTrue: {
        _ = fixture.peer.shakeHands()
        return fixture.peer.failure != nil
    })
    #expect(fixture.peer.failure == "no renegotiation")
}

/// The head of a record that announces a ClientHello, and a part of that.
private let clientHelloStart: [UInt8] =
    [22, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + [UInt8](repeating: 7, count: 100)
