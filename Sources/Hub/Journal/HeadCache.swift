// Heads of recently used tickets, in two generations: cheap, bounded, no links to keep.

import Tickets

struct HeadCache {
    private var young: [TicketID: HeadBox] = [:]
    private var old: [TicketID: HeadBox] = [:]
    private let generationMax: Int

    init(generationMax: Int = 20_000) { self.generationMax = generationMax }

    subscript(id: TicketID) -> HeadBox? {
        mutating get {
            if let head = young[id] { return head }
            guard let head = old.removeValue(forKey: id) else { return nil }
            insert(head)
            return head
        }
    }

    mutating func insert(_ head: HeadBox) {
        if young.count >= generationMax {
            old = young
            young = [:]
        }
        young[head.ticket.id] = head
    }

    mutating func remove(_ id: TicketID) {
        young[id] = nil
        old[id] = nil
    }
}
