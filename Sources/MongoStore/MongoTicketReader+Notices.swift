// Somebody's notifications: access is asked for when they are shown, by the lists' own conditions.

import Text
internal import Tickets

extension MongoTicketReader {
    func notices(_ query: NoticeQuery) throws(StoreError) -> NoticePage {
        let limit = min(max(1, query.limit), 200)
        var conditions: [Record.Field] = [.init("person", .string(query.caller.person.id.string))]
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
        var notices: [Notice] = []
        var isOver = false
        while notices.count <= limit, !isOver {
            var candidates: [Notice] = []
            while candidates.count <= limit {
                guard let fields = try cursor.next() else {
                    isOver = true
                    break
                }
                candidates.append(
                    try log.read { () throws(RecordError) in try Notice(document: fields) })
            }
            notices += try accessible(candidates, to: query.caller)
        }
        let more = notices.count > limit
        notices = Array(notices.prefix(limit))
        return NoticePage(notices: ascending ? notices : notices.reversed(), more: more)
    }

    private func accessible(
        _ notices: [Notice], to caller: Caller
    ) throws(StoreError) -> [Notice] {
        guard let access = caller.accessCondition, !notices.isEmpty else { return notices }
        let seen = try tickets(of: notices, access)
        guard let staff = caller.staffViewCondition, notices.contains(where: \.isInternal) else {
            return notices.filter { seen.contains(Record($0.ticket)) }
        }
        let seenAsStaff = try tickets(of: notices.filter(\.isInternal), staff)
        return notices.filter {
            ($0.isInternal ? seenAsStaff : seen).contains(Record($0.ticket))
        }
    }

    private func tickets(
        of notices: [Notice], _ access: Record
    ) throws(StoreError) -> Set<Record> {
        let named = Record.field(
            "_id", .within(Set(notices.map(\.ticket)).map { Record($0) }))
        let cursor = try client.find(
            in: .tickets, [named, access].allHold,
            options: [.init("projection", .field("_id", .int(1)))])
        var ids: Set<Record> = []
        while let fields = try cursor.next() { ids.formUnion(fields.map(\.value)) }
        return ids
    }
}
