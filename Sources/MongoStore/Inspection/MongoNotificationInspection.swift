// Checks notification documents against their events: what they say, whom they tell, and whether
// clients may see them.

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
        _ log: MongoLog, _ newestSeqs: [TicketID: Int]
    ) throws(StoreError) -> [StoreDifference] {
        var counts: [NotificationDocuments.Fault: Int] = [:]
        try NotificationDocuments(log: log).visit { _, fault, _ in counts[fault, default: 0] += 1 }
        let faulty = NotificationDocuments.Fault.allCases.compactMap { fault in
            counts[fault].map {
                StoreDifference("notifications: \($0) \(fault.rawValue)", .clearing)
            }
        }
        return try faulty + visibilityDifferences(log.client, newestSeqs)
    }

    private func visibilityDifferences(
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

    static func repair(_ log: MongoLog) throws(StoreError) {
        try NotificationDocuments(log: log).repair()
        try repairVisibility(log)
    }

    private static func repairVisibility(_ log: MongoLog) throws(StoreError) {
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
            throw error.ofRepair(log.client.address)
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

/// What notifications say, in comparison with their events.
private struct NotificationDocuments {
    let log: MongoLog
    private var client: MongoClient { log.client }

    init(log: MongoLog) { self.log = log }

    enum Fault: String, CaseIterable {
        case unreadable = "cannot be read"
        case stray = "tell of no event"
        case unconcerned = "tell people of events not for them"
        case differing = "differ from their events"
    }

    /// Visits each wrong notification: its `_id`, the fault, and the right notification if an event
    /// determines it.
    func visit(_ visit: (Tree, Fault, TicketNotification?) -> Void) throws(StoreError) {
        let order: [Tree.Field] = [.init("ticket", .int(1)), .init("seq", .int(1))]
        let cursor = try client.find(
            in: .notifications, [], options: [.init("sort", .object(order))])
        let people = try self.people()
        var ticket: TicketID?
        var replay: LogReplay?
        var ref: String?
        while let fields = try cursor.next() {
            guard let name = fields.first(where: { $0.name == "_id" })?.value else { continue }
            guard let notification = try? TicketNotification(document: fields) else {
                visit(name, .unreadable, nil)
                continue
            }
            if ticket != notification.ticket {
                ticket = notification.ticket
                ref = try self.ref(of: notification.ticket)
                replay = try self.replay(of: notification.ticket)
            }
            replay?.advance(to: notification.seq)
            guard let replay else { continue }
            guard let event = replay.event, name == Tree(notification.documentID) else {
                visit(name, .stray, nil)
                continue
            }
            let right = notification.corrected(
                by: event, after: replay.snapshot, ref: ref ?? notification.ref,
                isKnown: people.contains(notification.person))
            guard let right else {
                visit(name, .unconcerned, nil)
                continue
            }
            if right != notification { visit(name, .differing, right) }
        }
    }

    private func people() throws(StoreError) -> Set<ExactText> {
        var people: Set<ExactText> = []
        for collection in [MongoCollection.people, .contacts] {
            let cursor = try client.find(
                in: collection, [], options: [.init("projection", .field("_id", .int(1)))])
            while let fields = try cursor.next() {
                if let id = fields.first?.value.textValue { people.insert(id) }
            }
        }
        return people
    }

    /// nil: events cannot be read, which is reported with their ticket; what the notifications were
    /// cannot be said.
    private func replay(of ticket: TicketID) throws(StoreError) -> LogReplay? {
        do throws(StoreError) {
            let cursor = try log.events(of: ticket, where: [.init("$gt", .int(0))])
            return LogReplay(
                try cursor.all { fields throws(StoreError) in try log.readEvent(fields) })
        } catch {
            guard case .corrupt = error else { throw error }
            return nil
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

    func repair() throws(StoreError) {
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
                            .object([
                                .init("kind", Tree(right.kind.rawValue)),
                                .init("at", .time(right.at)),
                                .init("data", right.record),
                            ]))
                    ])
            }
        } catch {
            throw error.ofRepair(client.address)
        }
    }

    private static let removedAtOnce = 1000
}
