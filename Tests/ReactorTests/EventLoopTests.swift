import TestSupport
import Testing

@testable import Reactor

@Test func `a turn reads, runs timers, drains mailboxes and then sends`() throws {
    let fixture = try Fixture()
    let loop = fixture.loop
    let mailbox = try Mailbox<Int>()
    var steps: [String] = []
    loop.attach(mailbox) { _ in
        steps.append("mailbox")
        #expect(fixture.connection.queuedBytes == 1)
    }
    loop.turn(waitAtMostMilliseconds: 0)
    fixture.handler.onReceive = { connection in
        steps.append("read")
        connection.send([9])
    }
    fixture.peer.write([1])
    mailbox.post(1)
    loop.schedule(afterMilliseconds: 0) { steps.append("timer") }
    loop.turn(waitAtMostMilliseconds: 1000)
    #expect(steps == ["read", "timer", "mailbox"])
    #expect(fixture.connection.queuedBytes == 0)
}

@Test func `many peers' input in one turn is answered by one send each`() throws {
    let first = try Fixture()
    let second = try Fixture(on: first.loop)
    let everybody = [first.connection, second.connection]
    for fixture in [first, second] {
        fixture.handler.onReceive = { _ in for each in everybody { each.send([1, 2]) } }
    }
    first.peer.write([0])
    second.peer.write([0])
    first.loop.turn(waitAtMostMilliseconds: 1000)
    #expect(first.peer.readAvailable(atMost: 16) == [1, 2, 1, 2])
    #expect(second.peer.readAvailable(atMost: 16) == [1, 2, 1, 2])
}

@Test func `stopping still sends what the turn has queued`() throws {
    let fixture = try Fixture()
    fixture.handler.onReceive = { connection in
        connection.send([5])
        connection.loop.stop()
    }
    fixture.peer.write([1])
    fixture.loop.run()
    #expect(fixture.peer.read(atMost: 8) == [5])
    #expect(fixture.handler.closes == 1)
}

@Test func `an idle loop sleeps`() throws {
    let fixture = try Fixture()
    #expect(fixture.loop.countTurns(forMilliseconds: 100) <= 2)
    let before = fixture.loop.now
    fixture.loop.turn(waitAtMostMilliseconds: 10)
    #expect(fixture.loop.now >= before)
}

@Test func `the limit on descriptors is raised to the hard one`() {
    let limit = setDescriptorLimit()
    #expect(limit > 0)
    #expect(setDescriptorLimit() == limit)
}
