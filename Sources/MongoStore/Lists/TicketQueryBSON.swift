// Translates ticket queries to MongoDB filters. Input is only ever a value, so a "$" in it has no
// special meaning.

import Text
internal import Tickets

extension Caller {
    /// `canAccess` as a filter; nil: every ticket.
    var accessCondition: Tree? {
        switch person.role {
        case .admin, .system: return nil
        case .client:
            return .anyOf([
                .field("client.id", Tree(person.id)),
                .field("project", .within(projects.map { Tree($0) })),
                isOpenToWatcher,
            ])
        case .technician:
            guard !reachesAllTickets else { return nil }
            return .anyOf([
                heldByNobodyElse, .field("client.id", Tree(person.id)), isOpenToWatcher,
            ])
        }
    }

    /// The accessible tickets that the caller sees in the role that `view` names.
    func accessCondition(_ view: TicketView) -> Tree? {
        guard view != .every, let staff = staffViewCondition else { return accessCondition }
        return view == .asStaff
            ? staff
            : .object([
                .init("client.id", Tree(person.id)), .init("$nor", .array([staff])),
            ])
    }

    /// The time of the newest event that the caller sees, as an expression.
    var seenUpdatedAt: Tree {
        func path(_ audience: Audience) -> Tree {
            .string("$\(TicketOrderField(.updatedAt, for: audience).path)")
        }
        guard !reachesWhatOthersHave else { return path(audience) }
        let me = Tree.field("$literal", Tree(person.id))
        func isNamed(in list: String) -> Tree {
            let names = Tree.field("$ifNull", .array([.string("$\(list)"), .array([])]))
            return .field("$in", .array([me, names]))
        }
        let holder = Tree.field("$ifNull", .array([.string("$assignedTo.id"), .null]))
        let isTheirs = Tree.field("$in", .array([holder, .array([.null, me])]))
        let isOpen = Tree.field(
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
    var staffViewCondition: Tree? {
        reachesWhatOthersHave ? nil : .anyOf([heldByNobodyElse, isOpenToWatcher])
    }

    /// null finds unassigned tickets: they have no `assignedTo.id`.
    private var heldByNobodyElse: Tree {
        .field("assignedTo.id", .within([.null, Tree(person.id)]))
    }

    fileprivate var isOpenToWatcher: Tree {
        let id = Tree(person.id)
        return .object([
            .init("watchers.id", id), .init("selfWatching", .field("$ne", id)),
        ])
    }
}

extension Caller {
    /// Tickets assigned to others that the caller sees as a watcher or as their client.
    var watchedOfOthers: [Tree] {
        let id = Tree(person.id)
        return [
            .anyOf([.field("client.id", id), isOpenToWatcher]),
            .field("assignedTo.id", .field("$nin", .array([.null, id]))),
        ]
    }
}

extension TicketFilter {
    /// `matches` without `text`, as filters that must all hold. Without `status`, for the counts by
    /// status.
    func conditions(withStatus: Bool, for caller: Caller) -> [Tree] {
        var conditions: [Tree] = []
        func require(_ name: String, oneOf values: [String]) {
            guard !values.isEmpty else { return }
            conditions.append(.field(name, .within(values.map { Tree($0) })))
        }
        if withStatus { require("status", oneOf: status.map(\.rawValue)) }
        require("priority", oneOf: priority.map(\.rawValue))
        require("category", oneOf: category.map(\.rawValue))
        require("project", oneOf: project.map(\.string))
        require("client.id", oneOf: client.map(\.string))
        if !assignedTo.isEmpty {
            conditions.append(.field("assignedTo.id", .within(assignedTo.map(\.value))))
        }
        if let watchedBy { conditions.append(.field("watchers.id", Tree(watchedBy))) }
        require("tags", oneOf: tag.map(\.string))
        if !tag.isEmpty, let staff = caller.staffViewCondition { conditions.append(staff) }
        require("slaFilter", oneOf: sla.map(\.rawValue))
        return conditions
    }
}

extension AssigneeFilter {
    fileprivate var value: Tree {
        switch self {
        case .nobody: .null
        case .person(let id): Tree(id)
        }
    }
}

extension TicketSort {
    /// The sort order, ids last.
    func order(for audience: Audience) -> Tree {
        .object(
            keys.map { key, ascending in
                .init(TicketOrderField(key, for: audience).path, .int(ascending ? 1 : -1))
            } + [.init("_id", .int(idAscending ? 1 : -1))])
    }
}

extension TicketCursor {
    /// Rows after the cursor: greater in one key, and equal in all keys before it.
    func conditions(for audience: Audience) -> [Tree] {
        var level: [Tree.Field] = []
        var alternatives: [Tree] = []
        for ((key, ascending), value) in zip(sort.keys, values) {
            let path = TicketOrderField(key, for: audience).path
            let beyond = Tree.field(ascending ? "$gt" : "$lt", .int(value))
            alternatives.append(.object(level + [.init(path, beyond)]))
            level.append(.init(path, .int(value)))
        }
        let laterID = Tree.Field(
            "_id", .field(sort.idAscending ? "$gt" : "$lt", Tree(id)))
        alternatives.append(.object(level + [laterID]))
        guard let (key, ascending) = sort.keys.first, let value = values.first else {
            return [.anyOf(alternatives)]
        }
        // Redundant, but gives the index a place to start from.
        let bound = Tree.field(
            TicketOrderField(key, for: audience).path,
            .field(ascending ? "$gte" : "$lte", .int(value)))
        return [bound, .anyOf(alternatives)]
    }
}

extension Tree {
    static func field(_ name: ExactText, _ value: Tree) -> Tree { .object([.init(name, value)]) }
    @_disfavoredOverload
    static func field(_ name: String, _ value: Tree) -> Tree { .object([.init(name, value)]) }
    static func within(_ values: [Tree]) -> Tree { .field("$in", .array(values)) }
    static func anyOf(_ conditions: [Tree]) -> Tree { .field("$or", .array(conditions)) }
}

extension [Tree] {
    /// A filter that requires all of these.
    var allHold: [Tree.Field] { isEmpty ? [] : [.init("$and", .array(self))] }
}
