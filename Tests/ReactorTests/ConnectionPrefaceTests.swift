import TestSupport
import Testing

@testable import Reactor

/// A connection whose peer has to say `hello` first.
private struct Greeting {
    let fixture: Fixture
    let heard = Heard()

    final class Heard { var greetings: [[UInt8]] = [] }

    init(accepts: Bool = true) throws {
        fixture = try Fixture()
        let heard = heard
        fixture.connection.preface = ConnectionPreface(
            length: { $0.starts(with: Array("hello".utf8).prefix($0.count)) ? 5 : nil },
            accept: {
                heard.greetings.append($0)
                return accepts
            })
    }
}

@Test func `a preface is read to its last byte and not one further`() throws {
    let greeting = try Greeting()
    let fixture = greeting.fixture
    for piece in ["h", "ell", "o and more"] {
        #expect(fixture.handler.received.isEmpty)
        fixture.peer.write(Array(piece.utf8))
        _ = fixture.loop.countTurns(forMilliseconds: 20)
    }
    fixture.loop.turn(untilTrue: { !fixture.handler.received.isEmpty })
    #expect(greeting.heard.greetings == [Array("hello".utf8)])
    #expect(fixture.handler.received == Array(" and more".utf8))
}

@Test func `what is sent before the preface has come waits for it`() throws {
    let greeting = try Greeting()
    let fixture = greeting.fixture
    fixture.connection.send([1, 2, 3])
    _ = fixture.loop.countTurns(forMilliseconds: 20)
    #expect(fixture.connection.queuedBytes == 3)
    fixture.peer.write(Array("hello".utf8))
    fixture.loop.turn(untilTrue: { fixture.connection.queuedBytes == 0 })
}

@Test(arguments: ["help", "GET /"])
func `another word than the preface ends the connection`(word: String) throws {
    let fixture = try Greeting().fixture
    fixture.peer.write(Array(word.utf8))
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(fixture.connection.hasPrefaceFailed)
    #expect(fixture.handler.received.isEmpty)
}

@Test func `an unaccepted or incomplete preface ends the connection`() throws {
    let unwanted = try Greeting(accepts: false).fixture
    unwanted.peer.write(Array("hello".utf8))
    let half = try Greeting().fixture
    half.peer.write(Array("hel".utf8))
    half.peer.sayFIN()
    for fixture in [unwanted, half] {
        fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
        #expect(fixture.connection.hasPrefaceFailed)
    }
}

@Test func `a connection that closes without a request is not an error`() throws {
    let fixture = try Greeting().fixture
    fixture.peer.sayFIN()
    fixture.loop.turn(untilTrue: { fixture.handler.closes == 1 })
    #expect(!fixture.connection.hasPrefaceFailed)
}
