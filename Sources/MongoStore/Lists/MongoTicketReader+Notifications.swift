// Lists a person's notifications. Access is checked when they are listed, by the same conditions as
// for ticket lists.

import Text
internal import Tickets

extension MongoTicketReader {
    func notifications(_ query: NotificationQuery) throws(StoreError) -> NotificationPage {
        let limit = min(max(1, query.limit), 200)
        var conditions: [Tree.Field] = [.init("person", Tree(query.caller.person.id))]
        var ascending = false
        switch query.slice {
        case .newest: break
        case .after(let serial):
            conditions.append(.init("serial", .field("$gt", .int(serial))))
            ascending = true
        case .before(let serial): conditions.append(.init("serial", .field("$lt", .int(serial))))
        }
        if query.unreadOnly { conditions.append(.init("read", .bool(false))) }
        if query.caller.audience == .client { conditions.append(.init("internal", .bool(false))) }
        let cursor = try client.find(
            in: .notifications, conditions,
            options: [.init("sort", .field("serial", .int(ascending ? 1 : -1)))])
        var notifications: [TicketNotification] = []
        var isOver = false
        while notifications.count <= limit, !isOver {
            var candidates: [TicketNotification] = []
            while candidates.count <= limit {
                guard let fields = try cursor.next() else {
                    isOver = true
                    break
                }
                candidates.append(
                    try log.read { () throws(RecordError) in
                        try TicketNotification(document: fields)
                    })
            }
            notifications += try accessible(candidates, to: query.caller)
        }
        let more = notifications.count > limit
        notifications = Array(notifications.prefix(limit))
        return NotificationPage(
            notifications: ascending ? notifications : notifications.reversed(), more: more)
    }

    private func accessible(
        _ notifications: [TicketNotification], to caller: Caller
    ) throws(StoreError) -> [TicketNotification] {
        guard let access = caller.accessCondition, !notifications.isEmpty else {
            return notifications
        }
        newest?.awaitWritten()
        let seen = try tickets(of: notifications, access)
        guard let staff = caller.staffViewCondition, notifications.contains(where: \.isInternal)
        else {
            return notifications.filter { seen.contains(Tree($0.ticket)) }
        }
        let seenAsStaff = try tickets(of: notifications.filter(\.isInternal), staff)
        return notifications.filter {
            ($0.isInternal ? seenAsStaff : seen).contains(Tree($0.ticket))
        }
    }

    private func tickets(
        of notifications: [TicketNotification], _ access: Tree
    ) throws(StoreError) -> Set<Tree> {
        let named = Tree.field(
            "_id", .within(Set(notifications.map(\.ticket)).map { Tree($0) }))
        let cursor = try client.find(
            in: .tickets, [named, access].allHold,
            options: [.init("projection", .field("_id", .int(1)))])
        var ids: Set<Tree> = []
        while let fields = try cursor.next() { ids.formUnion(fields.map(\.value)) }
        return ids
    }
}
