import Glibc
import Testing

@testable import Reactor

@Test func `a client is established after the handshake, and its bytes wait for it`() throws {
    let loop = try EventLoop()
    let server = Recorder()
    server.onReceive = { $0.send(Array("pong".utf8)) }
    let listener = try TLSListener(on: loop, server, .forTests())
    let client = Recorder()
    let connection = try loop.connect(
        host: "localhost", port: listener.port, handler: client,
        tls: TLSContext(verifyingPeers: false))
    connection.send(Array("ping".utf8))
    loop.turn(untilTrue: { client.received.count == 4 })
    #expect(client.established == 1)
    #expect(server.established == 0)
    #expect(server.received == Array("ping".utf8))
    connection.closeAfterFlush()
    loop.turn(untilTrue: { server.ends == 1 })
    listener.accepted?.closeAfterFlush()
    loop.turn(untilTrue: { client.closes == 1 && server.closes == 1 })
    #expect(client.error == nil && server.error == nil)
    #expect(loop.timers.count == 0)
}

@Test func `a verifying client refuses a certificate of an unknown authority and says why`() throws
{
    let loop = try EventLoop()
    let server = Recorder()
    let listener = try TLSListener(on: loop, server, .forTests())
    let client = Recorder()
    let connection = try loop.connect(
        host: "localhost", port: listener.port, handler: client,
        tls: TLSContext(verifyingPeers: true))
    connection.send(Array("secret".utf8))
    loop.turn(untilTrue: { client.closes == 1 && server.closes == 1 })
    #expect(client.error?.call == "tls: certificate verify failed, self-signed certificate")
    #expect(client.established == 0)
    #expect(server.received.isEmpty)
}

@Test func `a client gives up on a server that never answers its hello`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    let client = Recorder()
    try loop.connect(
        host: "127.0.0.1", port: listener.port, handler: client,
        tls: TLSContext(verifyingPeers: false), handshakeMilliseconds: 80)
    loop.turn(untilTrue: { client.closes == 1 })
    #expect(client.error == SystemError(call: "tls handshake", code: ETIMEDOUT))
}
