// Checks notifications against their events: whether clients may see them.

import Text
internal import Tickets

struct MongoNotificationInspection {
    /// Events that clients do not see, or see differently for each client: few of all.
    private var hidden: [TicketID: Set<Int>] = [:]
    private var unclear: [TicketID: Set<Int>] = [:]

    mutating func expect(_ log: [TicketEvent]) {
        for event in log {
            switch event.isInternalNews {
            case true?: hidden[event.ticket, default: []].insert(event.seq)
            case nil: unclear[event.ticket, default: []].insert(event.seq)
            case false?: break
            }
        }
    }

    /// Who sees such events is unknown.
    mutating func skip(_ events: [UnreadableEvent], of ticket: TicketID) {
        unclear[ticket, default: []].formUnion(events.compactMap(\.seq))
    }

    /// - Parameter newestSeqs: the newest seq that was read of each log.
    func differences(
        _ client: MongoClient, _ newestSeqs: [TicketID: Int]
    ) throws(StoreError) -> [StoreDifference] {
        var different = 0
        try Self.visit(client) { _, notification throws(StoreError) in
            guard notification.seq >= 1, notification.seq <= newestSeqs[notification.ticket] ?? 0,
                unclear[notification.ticket]?.contains(notification.seq) != true
            else { return }
            let isInternal = hidden[notification.ticket]?.contains(notification.seq) ?? false
            if isInternal != notification.isInternal { different += 1 }
        }
        let text = "notifications.internal: \(different) differ from their events"
        return different == 0 ? [] : [StoreDifference(text, .clearing)]
    }

    static func mend(_ log: MongoLog) throws(StoreError) {
        var flags: [Bool: [Tree]] = [:]
        try visit(log.client) { id, notification throws(StoreError) in
            let events = try log.events(
                of: notification.ticket, where: [.init("$eq", Tree(notification.seq))], limit: 1)
            guard let fields = try events.next(),
                let right = try log.readEvent(fields).isInternalNews,
                right != notification.isInternal
            else { return }
            flags[right, default: []].append(id)
        }
        do throws(MongoFailure) {
            for (flag, ids) in flags {
                try log.client.update(
                    .notifications, [.init("_id", .within(ids))],
                    [.init("$set", .field("internal", .bool(flag)))])
            }
        } catch {
            throw error.unavailable(log.client.address)
        }
    }

    private static func visit(
        _ client: MongoClient, _ visit: (Tree, TicketNotification) throws(StoreError) -> Void
    ) throws(StoreError) {
        let cursor = try client.find(in: .notifications, [])
        while let fields = try cursor.next() {
            // Unreadable documents are reported elsewhere.
            guard let id = fields.first(where: { $0.name == "_id" })?.value,
                let notification = try? TicketNotification(document: fields)
            else { continue }
            try visit(id, notification)
        }
    }
}
