// A head that is encoded once is the head that each of them would have been given.

import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct HeadEncodingsTests {
    private func alone(_ ticket: Ticket, for viewer: Viewer) -> [UInt8] {
        var json = JSONWriter()
        json.head(ticket, for: viewer)
        return json.finish()
    }

    @Test func `everybody gets what they may see, however often and after whom`() throws {
        var watched = try Story().head.ticket
        watched.watchers = [.clara]
        let encodings = HeadEncodings()
        for _ in 0..<2 {
            for viewer in [Viewer.staff, .client(id: "c1"), .client(id: "somebody")] {
                #expect(encodings.json(of: watched, for: viewer) == alone(watched, for: viewer))
            }
        }
    }

    @Test func `a newer head is encoded anew`() throws {
        var ticket = try Story().head.ticket
        let encodings = HeadEncodings()
        _ = encodings.json(of: ticket, for: .staff)
        ticket.title = "Another title"
        ticket.activity.seq += 1
        #expect(encodings.json(of: ticket, for: .staff) == alone(ticket, for: .staff))
    }
}
