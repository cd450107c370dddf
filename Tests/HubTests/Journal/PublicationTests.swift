// The encodings of a publication: the same event for all transports, and nothing internal in what
// clients get.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct PublicationTests {
    @Test func `the frame and the object hold the same event`() throws {
        var story = try Story()
        let sent = try story.send(.say("words"), by: .clara)
        let frame = sent.staffFrame
        var object: [UInt8] = []
        frame.appendObject(to: &object)
        #expect(object.count == frame.objectBytes)
        #expect(object == encoded { $0.event(sent.event, for: .staff) })
        let live = try json(Array(frame.payload))
        #expect(live.names.first == "type")
        #expect(live["type"] == .string("event"))
        #expect(Array(live.names.dropFirst()) == (try json(object)).names)
        #expect(frame.bytes.first == 0x81, "one final text frame")
    }

    @Test func `events and frames hold nothing internal`() throws {
        let story = try Story(.withInternalFacts())
        let staff = story.publications.map { text($0.staffFrame.payload) }.joined()
        for secret in ["tag", "tag2", "tag3", "note", "both"] {
            #expect(staff.contains("CANARY-\(secret)"), "the story does not tell \(secret)")
        }
        #expect(staff.contains("targetHours") && staff.contains("watchers"))
        for publication in story.publications {
            guard let frame = publication.clientFrame else { continue }
            #expect(!text(frame.bytes).contains("CANARY"))
            #expect(!text(frame.bytes).contains("Theo"))
            let event = try json(Array(frame.payload))
            #expect(event["sla"] == nil)
            for name: ExactText in ["tags", "watchers", "targetHours"] {
                #expect(event["changes"]?[name] == nil)
            }
        }
    }

    @Test func `an event without a public part makes no frame for clients`() throws {
        let story = try Story(.withInternalFacts())
        let seen = story.publications.filter { $0.clientFrame != nil }.map(\.event.seq)
        #expect(seen == [1, 3, 7, 9])
    }

    @Test func `an internal message with public changes reads as a change`() throws {
        let story = try Story(.withInternalFacts())
        let frame = try #require(story.publications[2].clientFrame)
        let event = try json(Array(frame.payload))
        #expect(event["kind"] == .string("change"))
        #expect(event["message"] == nil)
        #expect(event["changes"]?.names == ["priority"])
        let staff = try json(Array(story.publications[2].staffFrame.payload))
        #expect(staff["kind"] == .string("message"))
    }

    @Test func `prev chains each audience's own events without a hole`() throws {
        let story = try Story(.withInternalFacts())
        for audience in Audience.allCases {
            var newest = 0
            for publication in story.publications {
                guard let frame = publication.frame(for: audience) else { continue }
                let event = try json(Array(frame.payload))
                #expect(event["prev"] == .int(newest))
                newest = publication.event.seq
            }
            #expect(newest == 9)
        }
    }

    @Test func `the created event shows a client their snapshot only`() throws {
        let story = try Story(.withInternalFacts())
        let frame = try #require(story.publications[0].clientFrame)
        let snapshot = try json(Array(frame.payload))["head"]
        #expect(snapshot?["tags"] == .array([]))
        #expect(snapshot?["watchers"] == .array([]))
        let staff = try json(Array(story.publications[0].staffFrame.payload))["head"]
        #expect(staff?["tags"] == .array([.string("CANARY-tag")]))
    }
}
