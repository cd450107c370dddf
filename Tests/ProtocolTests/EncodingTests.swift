// The objects of docs/protocol.md 3 as JSON, field by field.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@Suite struct EncodingTests {
    private static let snapshotNames = [
        "id", "ref", "project", "title", "description", "category", "status", "priority", "client",
        "assignedTo", "watchers", "tags", "attachments", "sla", "seq", "messageCount",
        "lastMessage", "waitingSince", "reopenCount", "createdAt", "updatedAt", "closedAt",
        "dueAt",
    ]

    @Test(arguments: [Viewer.staff, .client(id: "c1")])
    func `a snapshot has the protocol's fields for everyone`(_ viewer: Viewer) throws {
        let conversation = try Conversation()
        let snapshot = try json(encoded { $0.snapshot(conversation.snapshot, for: viewer) })
        #expect(snapshot.names == Self.snapshotNames)
        #expect(snapshot["id"] == .string(ExactText(conversation.id.description)))
        #expect(snapshot["ref"] == .string("T-1042"))
        #expect(snapshot["status"] == .string("open"))
        #expect(snapshot["client"]?.names == ["id", "name", "role"])
        #expect(snapshot["assignedTo"] == .null)
        #expect(snapshot["lastMessage"] == .null)
        #expect(snapshot["closedAt"] == .null)
        #expect(snapshot["dueAt"] == .null)
        #expect(snapshot["createdAt"] == .string(ExactText(Timestamp.start.rfc3339)))
        #expect(snapshot["waitingSince"] == .string(ExactText(Timestamp.start.rfc3339)))
        #expect(
            snapshot["sla"]?.names == [
                "targetHours", "deadlineAt", "breached", "breachedAt", "resolvedAt", "state",
                "pausedAt", "pausedMs", "firstResponse", "nextResponse", "nextDue",
            ])
        #expect(snapshot["sla"]?["targetHours"] == .int(24))
        #expect(
            snapshot["sla"]?["firstResponse"]?.names == [
                "targetMinutes", "deadlineAt", "metAt", "breached",
            ])
        #expect(snapshot["sla"]?["nextDue"]?["clock"] == .string("firstResponse"))
    }

    @Test func `whole numbers of hours stay whole, fractions stay fractions`() throws {
        #expect(
            text(
                encoded {
                    $0.beginObject(); $0.number("n", 4); $0.endObject()
                }) == #"{"n":4}"#)
        #expect(
            text(
                encoded {
                    $0.beginObject(); $0.number("n", 1.5); $0.endObject()
                })
                == #"{"n":1.5}"#)
        #expect(
            text(
                encoded {
                    $0.beginObject(); $0.number("n", nil); $0.endObject()
                })
                == #"{"n":null}"#)
    }

    @Test func `a message event carries message and changes of the same command`() throws {
        var conversation = try Conversation()
        let sent = try conversation.send(.say("hé").and { $0.priority = .urgent }, by: .tess)
        let said = try #require(sent)
        let event = try json(encoded { $0.event(said, for: .staff) })
        #expect(
            event.names == [
                "ticket", "seq", "prev", "at", "by", "cause", "kind", "message", "changes", "sla",
            ])
        #expect(event["kind"] == .string("message"))
        #expect(event["cause"] == .string("user"))
        #expect(
            event["message"]?.names == [
                "id", "seq", "author", "body", "internal", "mentions", "attachments", "at",
            ])
        #expect(event["message"]?["seq"] == .int(2))
        #expect(event["changes"]?["priority"]?["from"] == .string("normal"))
        #expect(event["changes"]?["priority"]?["to"] == .string("urgent"))
    }

    @Test func `changes of people, lists and numbers show both ends`() throws {
        var conversation = try Conversation()
        let sent = try conversation.send(
            .set {
                $0.assignedTo = .person("t2")
                $0.watchers = ["c2"]
                $0.tags = ["x"]
                $0.targetHours = 1.5
                $0[.dueAt] = .time(Timestamp(milliseconds: 1_796_058_000_000))
            }, by: .ada)
        let change = try #require(sent)
        let changes = try #require(
            try json(encoded { $0.event(change, for: .staff) })["changes"])
        #expect(changes["assignedTo"]?["from"] == .null)
        #expect(changes["assignedTo"]?["to"]?["name"] == .string("Theo"))
        #expect(changes["watchers"]?["from"] == .array([]))
        #expect(changes["watchers"]?["to"]?[0]?["id"] == .string("c2"))
        #expect(changes["tags"]?["to"] == .array([.string("x")]))
        #expect(changes["targetHours"]?["to"] == .double(1.5))
        #expect(changes["dueAt"]?["from"] == .null)
        #expect(changes["dueAt"]?["to"] == .string("2026-11-30T17:00:00.000Z"))
        let seen = try json(encoded { $0.event(change, for: .client) })["changes"]
        #expect(seen?.names == ["assignedTo", "dueAt"])
        let snapshot = try json(
            encoded { $0.snapshot(conversation.snapshot, for: .client(id: "c1")) })
        #expect(snapshot["dueAt"] == .string("2026-11-30T17:00:00.000Z"))
    }

    @Test func `an alarm is an sla event by the hub`() throws {
        var conversation = try Conversation(priority: .urgent)
        conversation.wait(minutes: 28)
        let alarm = conversation.ring()
        let rung = try #require(alarm)
        let event = try json(encoded { $0.event(rung, for: .staff) })
        #expect(event["kind"] == .string("sla"))
        #expect(event["cause"] == .string("sla"))
        #expect(event["by"]?["id"] == .string("system"))
        #expect(event["sla"]?[0]?["clock"] == .string("firstResponse"))
        #expect(event["sla"]?[0]?["phase"] == .string("warning"))
        #expect(event["sla"]?[0]?["percent"] == .int(90))
    }
}
