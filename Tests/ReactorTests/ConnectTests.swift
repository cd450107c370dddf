import CLinux
import Glibc
import Testing

@testable import Reactor

@Test func `what is sent while connecting leaves once connected`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    let server = Recorder()
    server.onReceive = { $0.send(Array("pong".utf8)) }
    loop.attach(listener) { descriptor, _ in loop.adopt(descriptor, handler: server) }
    let client = Recorder()
    let connection = try loop.connect(host: "localhost", port: listener.port, handler: client)
    connection.send(Array("ping".utf8))
    #expect(client.established == 0)
    loop.turn(untilTrue: { client.received.count == 4 })
    #expect(client.established == 1)
    #expect(server.established == 0)
    #expect(server.received == Array("ping".utf8))
    #expect(client.received == Array("pong".utf8))
}

@Test func `a refused connect is reported as closed with its error`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    let port = listener.port
    listener.close()
    let client = Recorder()
    let connection = try loop.connect(host: "127.0.0.1", port: port, handler: client)
    connection.send([1])
    loop.turn(untilTrue: { client.closes == 1 })
    #expect(client.error == SystemError(call: "connect", code: ECONNREFUSED))
    #expect(client.established == 0)
    #expect(loop.connections.count == 0)
}

@Test func `a connect given up before the answer closes quietly`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    let client = Recorder()
    let connection = try loop.connect(host: "127.0.0.1", port: listener.port, handler: client)
    connection.closeAfterFlush()
    loop.turn(waitAtMostMilliseconds: 0)
    #expect(client.closes == 1)
    #expect(client.error == nil)
    #expect(client.established == 0)
}

@Test func `bytes queued before the answer are flushed by a close`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    let server = Recorder()
    server.onEnd = { $0.closeAfterFlush() }
    loop.attach(listener) { descriptor, _ in loop.adopt(descriptor, handler: server) }
    let client = Recorder()
    let connection = try loop.connect(host: "127.0.0.1", port: listener.port, handler: client)
    connection.send([1, 2, 3])
    connection.closeAfterFlush()
    loop.turn(untilTrue: { client.closes == 1 && server.closes == 1 })
    #expect(server.received == [1, 2, 3])
    #expect(client.error == nil)
}

@Test func `a host that does not exist throws`() throws {
    let loop = try EventLoop()
    #expect(throws: SystemError.self) {
        try loop.connect(host: "no such host", port: 1, handler: Recorder())
    }
    #expect(loop.connections.count == 0)
}

@Test func `a descriptor epoll refuses is reported as closed`() throws {
    let loop = try EventLoop()
    let handler = Recorder()
    // An ordinary file is always ready; epoll takes none.
    let file = Descriptor(adopting: unsafe open("/proc/self/status", O_RDONLY))
    loop.adopt(file, handler: handler)
    loop.turn(waitAtMostMilliseconds: 0)
    #expect(handler.error == SystemError(call: "epoll_ctl", code: EPERM))
    #expect(handler.closes == 1)
}
