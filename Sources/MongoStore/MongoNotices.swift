// Notifications against the events that they tell of.

internal import Tickets

struct MongoNotices {
    let log: MongoLog
    private var client: MongoClient { log.client }

    init(log: MongoLog) { self.log = log }

    enum Fault: String, CaseIterable {
        case unreadable = "cannot be read"
        case stray = "tell of no event"
        case differing = "differ from their events"
    }

    /// Gives each that is not as it must be: its `_id`, what is wrong, and how it must be if an event
    /// says that.
    func visit(_ visit: (Record, Fault, Notice?) -> Void) throws(StoreError) {
        let order: [Record.Field] = [.init("ticket", .int(1)), .init("seq", .int(1))]
        let cursor = try client.find(
            in: .notifications, [], options: [.init("sort", .object(order))])
        var event: TicketEvent?
        var ref: String?
        while let fields = try cursor.next() {
            guard let name = fields.first(where: { $0.name == "_id" })?.value else { continue }
            guard let notice = try? Notice(document: fields) else {
                visit(name, .unreadable, nil)
                continue
            }
            if event?.ticket != notice.ticket {
                ref = try log.head(of: notice.ticket)?.ref
                event = nil
            }
            if event?.seq != notice.seq {
                event = try log.events(
                    of: notice.ticket, where: [.init("$eq", Record(notice.seq))], limit: 1
                ).next().map { fields throws(StoreError) in try log.readEvent(fields) }
            }
            guard let event, name == .string(notice.documentID) else {
                visit(name, .stray, nil)
                continue
            }
            let right = notice.telling(of: event, ref: ref ?? notice.ref)
            if right != notice { visit(name, .differing, right) }
        }
    }

    func mend() throws(StoreError) {
        var strays: [Record] = []
        var differing: [Notice] = []
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
                    .notifications, [.init("_id", .string(right.documentID))],
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
