// Snapshots as JSON for those who join: when a crowd comes back, the same one is asked for many times
// within a moment.

import Protocol
import Tickets
import Wire

/// Of one worker. A snapshot is told apart by its ticket and `seq`, as it is made of the events up to it.
final class SnapshotEncodings {
    private struct Key: Hashable {
        let ticket: TicketID
        let seq: Int
        let audience: Audience
        /// Names that people had when it was made.
        let renames: Int
    }

    private let directory: PeopleDirectory

    init(_ directory: PeopleDirectory = PeopleDirectory()) { self.directory = directory }

    private var known: [Key: [UInt8]] = [:]
    /// Beyond it all are forgotten: a crowd that is spread so widely asks for few of them twice.
    private static let knownMax = 256

    func json(of ticket: Ticket, for viewer: Viewer) -> [UInt8] {
        // Of the watchers a client sees nobody but themselves.
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

    /// Snapshots may be others under the same `seq`.
    func forgetAll() { known.removeAll() }

    private func encode(_ ticket: Ticket, for viewer: Viewer) -> [UInt8] {
        var json = JSONWriter(reserving: 2048)
        json.snapshot(directory.shown(ticket), for: viewer)
        return json.finish()
    }
}
