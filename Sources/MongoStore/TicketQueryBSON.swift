// Translates ticket queries to MongoDB filters. Input is only ever a value, so a "$" in it has no
// special meaning.

import Text
internal import Tickets

extension Caller {
    /// `canAccess` as a filter; nil: every ticket.
    var accessCondition: Record? {
        switch person.role {
        case .admin, .system: return nil
        case .client:
            return .anyOf([
                .field("client.id", .string(person.id.string)),
                .field("project", .within(projects.map { .string($0.string) })),
                isOpenToWatcher,
            ])
        case .technician:
            guard !reachesAllTickets else { return nil }
            return .anyOf([
                heldByNobodyElse, .field("client.id", .string(person.id.string)), isOpenToWatcher,
            ])
        }
    }

    /// The accessible tickets that the caller sees in the role that `view` names.
    func accessCondition(_ view: TicketView) -> Record? {
        guard view != .every, let staff = staffViewCondition else { return accessCondition }
        return view == .asStaff
            ? staff
            : .object([
                .init("client.id", Record(person.id)), .init("$nor", .array([staff])),
            ])
    }

    /// The time of the newest event that the caller sees, as an expression.
    var seenUpdatedAt: Record {
        func path(_ audience: Audience) -> Record {
            .string("$\(TicketOrderField(.updatedAt, for: audience).path)")
        }
        guard !reachesWhatOthersHave else { return path(audience) }
        let me = Record.field("$literal", Record(person.id))
        func isNamed(in list: String) -> Record {
            let names = Record.field("$ifNull", .array([.string("$\(list)"), .array([])]))
            return .field("$in", .array([me, names]))
        }
        let holder = Record.field("$ifNull", .array([.string("$assignedTo.id"), .null]))
        let isTheirs = Record.field("$in", .array([holder, .array([.null, me])]))
        let isOpen = Record.field(
            "$and",
            .array([
                isNamed(in: "watchers.id"),
                .field("$not", .array([isNamed(in: "selfWatching")])),
            ]))
        return .field(
            "$cond",
            .array([.field("$or", .array([isTheirs, isOpen])), path(.staff), path(.client)]))
    }

    /// The tickets whose `audience(of:)` is staff; nil: all accessible tickets.
    var staffViewCondition: Record? {
        reachesWhatOthersHave ? nil : .anyOf([heldByNobodyElse, isOpenToWatcher])
    }

    /// null finds unassigned tickets: they have no `assignedTo.id`.
    private var heldByNobodyElse: Record {
        .field("assignedTo.id", .within([.null, Record(person.id)]))
    }

    fileprivate var isOpenToWatcher: Record {
        let id = Record(person.id)
        return .object([
            .init("watchers.id", id), .init("selfWatching", .field("$ne", id)),
        ])
    }
}

extension Caller {
    /// Tickets assigned to others that the caller sees as a watcher or as their client.
    var watchedOfOthers: [Record] {
        let id = Record.string(person.id.string)
        return [
            .anyOf([.field("client.id", id), isOpenToWatcher]),
            .field("assignedTo.id", .field("$nin", .array([.null, id]))),
        ]
    }
}

extension TicketFilter {
    /// `matches` without `text`, as filters that must all hold. Without `status`, for the counts by
    /// status.
    func conditions(withStatus: Bool, for caller: Caller) -> [Record] {
        var conditions: [Record] = []
        func require(_ name: String, oneOf values: [String]) {
            guard !values.isEmpty else { return }
            conditions.append(.field(name, .within(values.map { .string($0) })))
        }
        if withStatus { require("status", oneOf: status.map(\.rawValue)) }
        require("priority", oneOf: priority.map(\.rawValue))
        require("category", oneOf: category.map(\.rawValue))
        require("project", oneOf: project.map(\.string))
        require("client.id", oneOf: client.map(\.string))
        if !assignedTo.isEmpty {
            conditions.append(.field("assignedTo.id", .within(assignedTo.map(\.value))))
        }
        if let watchedBy { conditions.append(.field("watchers.id", .string(watchedBy.string))) }
        require("tags", oneOf: tag.map(\.string))
        if !tag.isEmpty, let staff = caller.staffViewCondition { conditions.append(staff) }
        require("slaFilter", oneOf: sla.map(\.rawValue))
        return conditions
    }
}

extension AssigneeFilter {
    fileprivate var value: Record {
        switch self {
        case .nobody: .null
        case .person(let id): .string(id.string)
        }
    }
}

extension TicketSort {
    /// The sort order, ids last.
    func order(for audience: Audience) -> Record {
        .object(
            keys.map { key, ascending in
                .init(TicketOrderField(key, for: audience).path, .int(ascending ? 1 : -1))
            } + [.init("_id", .int(idAscending ? 1 : -1))])
    }
}

extension TicketCursor {
    /// Rows after the cursor: greater in one key, and equal in all keys before it.
    func conditions(for audience: Audience) -> [Record] {
        var level: [Record.Field] = []
        var alternatives: [Record] = []
        for ((key, ascending), value) in zip(sort.keys, values) {
            let path = TicketOrderField(key, for: audience).path
            let beyond = Record.field(ascending ? "$gt" : "$lt", .int(value))
            alternatives.append(.object(level + [.init(path, beyond)]))
            level.append(.init(path, .int(value)))
        }
        let laterID = Record.Field(
            "_id", .field(sort.idAscending ? "$gt" : "$lt", Record(id)))
        alternatives.append(.object(level + [laterID]))
        guard let (key, ascending) = sort.keys.first, let value = values.first else {
            return [.anyOf(alternatives)]
        }
        // Redundant, but gives the index a place to start from.
        let bound = Record.field(
            TicketOrderField(key, for: audience).path,
            .field(ascending ? "$gte" : "$lte", .int(value)))
        return [bound, .anyOf(alternatives)]
    }
}

extension Record {
    static func field(_ name: String, _ value: Record) -> Record { .object([.init(name, value)]) }
    static func within(_ values: [Record]) -> Record { .field("$in", .array(values)) }
    static func anyOf(_ conditions: [Record]) -> Record { .field("$or", .array(conditions)) }
}

extension [Record] {
    /// A filter that requires all of these.
    var allHold: [Record.Field] { isEmpty ? [] : [.init("$and", .array(self))] }
}
