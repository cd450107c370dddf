// Snapshots as JSON for joins: when many members reconnect, the same one is requested many times
// within a moment.

import Protocol
import Tickets
import Wire

/// Cache of one worker. Keyed by ticket and `seq`, which determine the snapshot.
final class SnapshotEncodings {
    private struct Key: Hashable {
        let ticket: TicketID
        let seq: Int
        let audience: Audience
        /// The directory's count of renames at the encoding.
        let renames: Int
    }

    private let directory: PeopleDirectory

    init(_ directory: PeopleDirectory = PeopleDirectory()) { self.directory = directory }

    private var known: [Key: [UInt8]] = [:]
    /// Above this all are dropped: requests spread over so many tickets seldom repeat.
    private static let knownMax = 256

    func json(of ticket: Ticket, for viewer: Viewer) -> [UInt8] {
        // A client sees only themselves among the watchers.
        if case .client(let id) = viewer, ticket.watchers.contains(where: { $0.id == id }) {
            return encode(ticket, for: viewer)
        }
        let key = Key(
            ticket: ticket.id, seq: ticket.seq, audience: viewer.audience,
            renames: directory.renames)
        if let json = known[key] { return json }
        let json = encode(ticket, for: viewer)
        if known.count >= Self.knownMax { known.removeAll(keepingCapacity: true) }
        known[key] = json
        return json
    }

    /// Snapshots may differ now under the same `seq`.
    func forgetAll() { known.removeAll() }

    private func encode(_ ticket: Ticket, for viewer: Viewer) -> [UInt8] {
        var json = JSONWriter(reserving: 2048)
        json.snapshot(directory.shown(ticket), for: viewer)
        return json.finish()
    }
}
