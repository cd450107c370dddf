// Cache of recently used snapshots, in two generations: cheap, bounded, without linked lists.

import Tickets

struct SnapshotCache {
    private var young: [TicketID: TicketSnapshot] = [:]
    private var old: [TicketID: TicketSnapshot] = [:]
    private let generationMax: Int

    init(generationMax: Int = 20_000) { self.generationMax = generationMax }

    subscript(id: TicketID) -> TicketSnapshot? {
        mutating get {
            if let snapshot = young[id] { return snapshot }
            guard let snapshot = old.removeValue(forKey: id) else { return nil }
            insert(snapshot)
            return snapshot
        }
    }

    mutating func insert(_ snapshot: TicketSnapshot) {
        if young.count >= generationMax {
            old = young
            young = [:]
        }
        young[snapshot.ticket.id] = snapshot
    }

    mutating func remove(_ id: TicketID) {
        young[id] = nil
        old[id] = nil
    }
}
