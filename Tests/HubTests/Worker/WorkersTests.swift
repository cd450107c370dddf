// Two workers: members of one room on both get one stream and the same presence.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct WorkersTests {
    /// Enough people that both workers have some: the kernel spreads them by their port.
    private static let crowd = 24

    @Test func `members on both workers get every event once and in order`() throws {
        let hub = try RunningHub { $0.workers = 2 }
        let clara = try hub.webSocket(.clara)
        let id = try clara.create()
        var members: [WebSocketPeer] = []
        for index in 0..<Self.crowd {
            let admin = Person(id: "x\(index)", name: "X\(index)", role: .admin)
            members.append(try hub.webSocket(admin))
            try members[index].join(id)
        }
        for number in 0..<10 {
            clara.send(#"{"type":"message","ticket":"\#(id)","body":"\#(number)"}"#)
        }
        for member in members {
            var bodies: [String?] = []
            var chain: [[Int?]] = []
            for _ in 0..<10 {
                let event = try member.next("event")
                bodies.append(event["message"]?["body"]?.stringValue)
                chain.append([event["prev"]?.intValue, event["seq"]?.intValue])
            }
            #expect(bodies == (0..<10).map { "\($0)" })
            #expect(chain == (1...10).map { [$0, $0 + 1] })
        }
        let metrics = try hub.http().ask("GET", "/metrics", as: .ada)
        #expect(metrics.status == 200)
    }

    @Test func `presence, typing and read marks cross workers`() throws {
        let hub = try RunningHub { $0.workers = 2 }
        let clara = try hub.webSocket(.clara)
        let id = try clara.create()
        var members: [WebSocketPeer] = []
        var counts: [Int] = []
        for index in 0..<Self.crowd {
            let admin = Person(id: "x\(index)", name: "X\(index)", role: .admin)
            members.append(try hub.webSocket(admin))
            counts.append(try members[index].join(id)["present"]?.arrayValue?.count ?? 0)
        }
        // Everybody's list ends complete, whichever worker they are on.
        for (member, told) in zip(members, counts) {
            var count = told
            while count < Self.crowd + 1 {
                count = try member.next("presence")["present"]?.arrayValue?.count ?? 0
            }
            #expect(count == Self.crowd + 1)
        }
        clara.send(#"{"type":"typing","ticket":"\#(id)","on":true}"#)
        clara.send(#"{"type":"read","ticket":"\#(id)","seq":1}"#)
        for member in members {
            #expect(try member.next("typing")["by"]?["id"] == .string("c1"))
            #expect(try member.next("read")["seq"] == .int(1))
        }
    }

    @Test func `a command's answer comes to its own connection alone`() throws {
        let hub = try RunningHub { $0.workers = 2 }
        let people = try (0..<8).map { index in
            try hub.webSocket(Person(id: "x\(index)", name: "X", role: .admin))
        }
        let ids = try people.map { try $0.create() }
        #expect(Set(ids).count == 8)
        for (index, person) in people.enumerated() {
            let update =
                #"{"type":"update","id":"\#(index)","ticket":"\#(ids[index])","action":"take"}"#
            #expect(try person.ask(update, for: "ack")["re"] == .string("\(index)"))
            _ = try person.ask(#"{"type":"ping"}"#, for: "pong")
            #expect(person.skipped.allSatisfy { $0["type"] != .string("ack") })
        }
    }

    @Test func `what was written is there after a restart`() throws {
        let folder = try TemporaryFolder()
        var hub = try RunningHub(in: folder) { $0.workers = 2 }
        var clara = try hub.webSocket(.clara)
        let id = try clara.create("Kept")
        _ = try clara.ask(
            #"{"type":"message","ticket":"\#(id)","body":"kept","key":"k"}"#, for: "ack")
        clara.socket.close()
        hub.drain()
        hub = try RunningHub(in: folder)
        clara = try hub.webSocket(.clara)
        let joined = try clara.join(id)
        #expect(joined["ticket"]?["title"] == .string("Kept"))
        #expect(joined["events"]?[1]?["message"]?["body"] == .string("kept"))
        let again = try clara.ask(
            #"{"type":"message","ticket":"\#(id)","body":"kept","key":"k"}"#, for: "ack")
        #expect(again["replayed"] == .bool(true))
    }
}
