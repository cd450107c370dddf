import TestSupport
import Testing

@testable import Reactor

@Test func `an event for an earlier connection of the slot is dropped and counted`() throws {
    let fixture = try Fixture()
    let stale = fixture.connection.id
    fixture.connection.closeNow()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    let successor = try Fixture(on: fixture.loop)
    #expect(successor.connection.id.slot == stale.slot)
    #expect(successor.connection.id != stale)
    successor.peer.write([1])
    fixture.loop.dispatch(stale.key, [.input, .hangUp, .failure])
    #expect(fixture.loop.staleEvents == 1)
    #expect(fixture.loop.connection(for: stale) == nil)
    #expect(successor.handler.receptions == 0)
    #expect(!successor.connection.isClosing)
}

@Test func `events that name nothing are dropped and counted`() throws {
    let loop = try EventLoop()
    let names = [
        ConnectionID(slot: 0, generation: 1), ConnectionID(slot: .max, generation: .max),
        ConnectionID(slot: 5, generation: 0),
    ]
    for id in names { loop.dispatch(id.key, .input) }
    #expect(loop.staleEvents == 3)
}

@Test func `an identifier survives the way through epoll`() {
    let id = ConnectionID(slot: 0xFFFF_FFFE, generation: 0x8000_0001)
    #expect(ConnectionID(key: id.key) == id)
}

@Test func `connections are found by identifier and counted`() throws {
    let fixture = try Fixture()
    let second = try Fixture(on: fixture.loop)
    #expect(fixture.loop.connections.count == 2)
    #expect(fixture.loop.connection(for: second.connection.id) === second.connection)
    #expect(fixture.loop.connection(for: fixture.connection.id) === fixture.connection)
    fixture.connection.closeNow()
    second.connection.closeNow()
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.loop.connections.count == 0)
}

/// Ten thousand connections open, say a word and close, two hundred at a time.
@Test func `churn leaves no connection and no timer behind`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    var open = 0
    var closed = 0
    var bytes = 0
    loop.attach(listener) { descriptor, _ in
        let handler = Recorder()
        handler.onReceive = { connection in
            bytes += 1
            connection.send([2])
            // Half of them leave politely, half at once.
            if bytes.isMultiple(of: 2) {
                connection.closeAfterFlush()
            } else {
                connection.closeNow()
            }
        }
        handler.onClose = { _ in closed += 1 }
        loop.adopt(descriptor, handler: handler)
        open += 1
    }
    for round in 1...50 {
        let peers = try (0..<200).map { _ in
            let peer = try RawPeer(port: listener.port)
            peer.write([1])
            return peer
        }
        loop.turn(untilTrue: { bytes == round * 200 })
        for (index, peer) in peers.enumerated() {
            if index.isMultiple(of: 3) { peer.reset() } else { peer.close() }
        }
    }
    loop.turn(untilTrue: { closed == 10_000 })
    #expect(open == 10_000)
    #expect(closed == 10_000)
    #expect(listener.accepted == 10_000)
    #expect(loop.connections.count == 0)
    #expect(loop.timers.count == 0)
    // A test beside this one starts a process: until that has become its own program it holds our
    // sockets too, and epoll goes on reporting what we have closed. More than that would be a leak.
    #expect(loop.staleEvents < 200)
}
