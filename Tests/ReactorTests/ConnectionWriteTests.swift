import CLinux
import Glibc
import TestSupport
import Testing

@testable import Reactor

@Test func `what was sent in one turn leaves in order at its end`() throws {
    let fixture = try Fixture()
    fixture.connection.send(Array("one ".utf8))
    fixture.connection.send(Array("two ".utf8).span)
    fixture.connection.send(Array("three".utf8))
    fixture.connection.send([])
    #expect(fixture.connection.queuedBytes == 13)
    #expect(fixture.peer.readAvailable(atMost: 64).isEmpty)
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.queuedBytes == 0)
    #expect(fixture.peer.read(atMost: 64) == Array("one two three".utf8))
}

@Test func `a slow reader gets every byte in order`() throws {
    let fixture = try Fixture()
    let sent = pattern(6_000_000)
    for start in stride(from: 0, to: sent.count, by: 100_000) {
        fixture.connection.send(Array(sent[start..<(start + 100_000)]))
    }
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.isWriteBlocked)
    #expect(fixture.connection.queuedBytes > 0)
    var read: [UInt8] = []
    fixture.loop.turn(untilTrue: {
        read += fixture.peer.readAvailable(atMost: 70_001)
        return read.count == sent.count
    })
    #expect(read == sent)
    fixture.loop.turn(untilTrue: { !fixture.connection.isWriteBlocked })
    #expect(fixture.connection.queuedBytes == 0)
    #expect(fixture.connection.watched == [.input, .peerEnd])
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
}

@Test func `a blocked connection sends again only when the kernel has room`() throws {
    let fixture = try Fixture()
    fixture.connection.send(pattern(8_000_000))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    _ = fixture.loop.countTurns(forMilliseconds: 50)
    let before = fixture.connection.queuedBytes
    let progress = fixture.connection.lastWriteProgress
    fixture.connection.send([1, 2, 3])
    #expect(!fixture.connection.isDirty)
    #expect(fixture.loop.countTurns(forMilliseconds: 60) <= 2)
    #expect(fixture.connection.queuedBytes == before + 3)
    #expect(fixture.connection.lastWriteProgress == progress)
    #expect(fixture.loop.now > progress)
}

@Test func `a drained queue is reported once each time it was above the mark`() throws {
    let fixture = try Fixture()
    fixture.connection.lowWater = 1000
    fixture.connection.send(pattern(900))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.handler.drains == 0)
    for round in 1...3 {
        fixture.connection.send(pattern(8_000_000))
        var isReported: Bool { fixture.handler.drains == round }
        fixture.loop.turn(waitAtMostMilliseconds: 0)
        #expect(!isReported)
        fixture.loop.turn(untilTrue: {
            _ = fixture.peer.readAvailable(atMost: 1_000_000)
            return isReported
        })
        #expect(isReported)
        #expect(fixture.connection.queuedBytes <= 1000)
    }
}

@Test func `what is sent on drained leaves the turn after`() throws {
    let fixture = try Fixture()
    fixture.connection.lowWater = 10
    var chunksLeft = 50
    fixture.handler.onDrain = { connection in
        guard chunksLeft > 0 else { return connection.closeAfterFlush() }
        chunksLeft -= 1
        connection.send(pattern(1000))
    }
    fixture.connection.send(pattern(1000))
    var read: [UInt8] = []
    fixture.loop.turn(untilTrue: {
        read += fixture.peer.readAvailable(atMost: 100_000)
        return chunksLeft == 0 && fixture.connection.phase == .lingering
    })
    read += fixture.peer.readAvailable(atMost: 100_000)
    #expect(read.count == 51_000)
}

@Test func `a loop knows what waits in all its queues`() throws {
    let fixture = try Fixture()
    let other = try Fixture(on: fixture.loop)
    fixture.connection.send(pattern(8_000_000))
    #expect(other.connection.offer(pattern(500), below: 1000))
    #expect(fixture.loop.queuedBytes == 8_000_500)
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.loop.queuedBytes == fixture.connection.queuedBytes)
    #expect(fixture.connection.queuedBytes > 0)
    fixture.connection.closeNow()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.loop.queuedBytes == 0)
}

@Test func `a waiter is called when half of a queue has left`() throws {
    let fixture = try Fixture()
    fixture.connection.lowWater = 16_000_000
    fixture.connection.send(pattern(8_000_000))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    let left = fixture.connection.queuedBytes
    fixture.connection.watchDrain()
    fixture.loop.turn(untilTrue: {
        _ = fixture.peer.readAvailable(atMost: 100_000)
        return fixture.handler.drains == 1
    })
    #expect(fixture.connection.queuedBytes <= left / 2)
    #expect(fixture.connection.queuedBytes > 0)
}

@Test func `an idle connection keeps no buffer`() throws {
    let fixture = try Fixture()
    fixture.connection.send(pattern(3000))
    fixture.loop.turn(waitAtMostMilliseconds: 0)
    #expect(fixture.connection.outbound.takeStorage().capacity == 0)
}

@Test func `an accepted socket does not wait to fill segments`() throws {
    let fixture = try Fixture()
    var isOn: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    let socket = fixture.connection.socket
    let code = unsafe getsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, &size)
    #expect(code == 0)
    #expect(isOn != 0)
    #expect(fcntl(socket, F_GETFD) & FD_CLOEXEC != 0)
}
