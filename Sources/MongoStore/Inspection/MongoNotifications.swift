// Checks notification documents against their events.

import Text
internal import Tickets

struct MongoNotificationCheck {
    let log: MongoLog
    private var client: MongoClient { log.client }

    init(log: MongoLog) { self.log = log }

    enum Fault: String, CaseIterable {
        case unreadable = "cannot be read"
        case stray = "tell of no event"
        case differing = "differ from their events"
    }

    /// Visits each wrong notification: its `_id`, the fault, and the right notification if an event
    /// determines it.
    func visit(_ visit: (Tree, Fault, TicketNotification?) -> Void) throws(StoreError) {
        let order: [Tree.Field] = [.init("ticket", .int(1)), .init("seq", .int(1))]
        let cursor = try client.find(
            in: .notifications, [], options: [.init("sort", .object(order))])
        var event: TicketEvent?
        var ref: String?
        while let fields = try cursor.next() {
            guard let name = fields.first(where: { $0.name == "_id" })?.value else { continue }
            guard let notification = try? TicketNotification(document: fields) else {
                visit(name, .unreadable, nil)
                continue
            }
            if event?.ticket != notification.ticket {
                ref = try self.ref(of: notification.ticket)
                event = nil
            }
            if event?.seq != notification.seq {
                do throws(StoreError) {
                    event = try log.event(notification.seq, of: notification.ticket)
                } catch {
                    guard case .corrupt = error else { throw error }
                    // Reported with its ticket; what it was cannot be said.
                    event = nil
                    continue
                }
            }
            guard let event, name == Tree(notification.documentID) else {
                visit(name, .stray, nil)
                continue
            }
            let right = notification.telling(of: event, ref: ref ?? notification.ref)
            if right != notification { visit(name, .differing, right) }
        }
    }

    /// nil: no such ticket, or its events cannot be read.
    private func ref(of ticket: TicketID) throws(StoreError) -> String? {
        do throws(StoreError) {
            return try log.snapshot(of: ticket)?.ref
        } catch {
            guard case .corrupt = error else { throw error }
            return nil
        }
    }

    func mend() throws(StoreError) {
        var strays: [Tree] = []
        var differing: [TicketNotification] = []
        try visit { name, _, right in
            if let right { differing.append(right) } else { strays.append(name) }
        }
        do throws(MongoFailure) {
            for start in stride(from: 0, to: strays.count, by: Self.removedAtOnce) {
                let names = strays[start..<min(start + Self.removedAtOnce, strays.count)]
                try client.delete(.notifications, [.init("_id", .within(Array(names)))])
            }
            for right in differing {
                try client.update(
                    .notifications, [.init("_id", Tree(right.documentID))],
                    [
                        .init(
                            "$set",
                            .object([.init("at", .time(right.at)), .init("data", right.record)]))
                    ])
            }
        } catch {
            throw error.unavailable(client.address)
        }
    }

    private static let removedAtOnce = 1000
}
