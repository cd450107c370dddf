// A snapshot that is encoded once equals the separate encodings for each viewer.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct SnapshotEncodingsTests {
    private func alone(_ ticket: Ticket, for viewer: Viewer) -> [UInt8] {
        var json = JSONWriter()
        json.snapshot(ticket, for: viewer)
        return json.finish()
    }

    @Test func `each viewer gets what they may see, in any order and number`() throws {
        var watched = try Story().snapshot.ticket
        watched.watchers = [.clara]
        let encodings = SnapshotEncodings()
        for _ in 0..<2 {
            for viewer in [Viewer.staff, .client(id: "c1"), .client(id: "somebody")] {
                #expect(encodings.json(of: watched, for: viewer) == alone(watched, for: viewer))
            }
        }
    }

    @Test func `a newer snapshot is encoded again`() throws {
        var ticket = try Story().snapshot.ticket
        let encodings = SnapshotEncodings()
        _ = encodings.json(of: ticket, for: .staff)
        ticket.title = "Another title"
        ticket.activity.seq += 1
        #expect(encodings.json(of: ticket, for: .staff) == alone(ticket, for: .staff))
    }
}
