// The table of the fields that commands change. Everything that is true of a field stands in its
// entry; encoders, decoders, records, tables, fingerprint, permissions and fold go through it. A
// new field takes a property of `Ticket` and an entry at the end.

package import Text

/// A field of a ticket that commands change, under its one name: on the wire, in the stores and as
/// the column of a table. The order is part of the fingerprint and of the tables' columns: a new
/// field goes to the end.
package enum TicketField: String, CaseIterable, Hashable, Sendable {
    case status, priority, category, title, project, assignedTo, watchers, tags, targetHours
    case dueAt

    package var name: ExactText { ExactText(rawValue) }

    fileprivate var entry: FieldEntry {
        switch self {
        case .status:
            FieldEntry(
                .code({ FieldKind.codes(of: Status.self) }), isPublic: true,
                read: { .code($0.status) },
                write: { $0.status = $1.code() ?? $0.status })
        case .priority:
            FieldEntry(
                .code({ FieldKind.codes(of: Priority.self) }), isPublic: true,
                read: { .code($0.priority) },
                write: { $0.priority = $1.code() ?? $0.priority })
        case .category:
            FieldEntry(
                .code({ FieldKind.codes(of: Category.self) }), isPublic: true,
                read: { .code($0.category) },
                write: { $0.category = $1.code() ?? $0.category })
        case .title:
            FieldEntry(
                .text, isPublic: true, clientRight: .onOwnTicket,
                read: { .text(ExactText($0.title)) },
                write: { $0.title = $1.text?.string ?? $0.title },
                check: { rules, value throws(TicketRejection) in
                    .text(ExactText(try rules.title(value.text?.string ?? "")))
                })
        case .project:
            FieldEntry(
                .text, isPublic: true, read: { .text($0.project) },
                write: { $0.project = $1.text ?? $0.project },
                check: { rules, value throws(TicketRejection) in
                    .text(try rules.project(value.text ?? ""))
                })
        case .assignedTo:
            FieldEntry(
                .person, isPublic: true, read: { FieldValue($0.assignedTo) },
                write: { $0.assignedTo = $1.person })
        case .watchers:
            FieldEntry(
                .people, isPublic: false, clientRight: .forThemselves,
                read: { .people($0.watchers) }, write: { $0.watchers = $1.people })
        case .tags:
            FieldEntry(
                .texts, isPublic: false, read: { .texts($0.tags) },
                write: { $0.tags = $1.texts },
                check: { rules, value throws(TicketRejection) in
                    .texts(try rules.tags(value.texts))
                })
        case .targetHours:
            // Kept in the service level, which an event brings whole.
            FieldEntry(
                .number, isPublic: false,
                read: { FieldValue($0.sla.isTargetManual ? $0.sla.targetHours : nil) },
                write: { _, _ in },
                check: { rules, value throws(TicketRejection) in try rules.target(value) })
        case .dueAt:
            FieldEntry(
                .time, isPublic: true, read: { FieldValue($0.dueAt) },
                write: { $0.dueAt = $1.time })
        }
    }
}

/// What there is to know of a field.
private struct FieldEntry {
    let kind: FieldKind
    /// Clients see it and its changes (docs/protocol.md 2.8).
    let isPublic: Bool
    let clientRight: ClientRight
    let read: (Ticket) -> FieldValue
    /// A value of another kind leaves the ticket as it is.
    let write: (inout Ticket, FieldValue) -> Void
    /// Refuses or cleans what a command asks for. Status, assignee and watchers depend on more than
    /// their value: `TicketRules` plans those.
    let check: (TicketRules, FieldValue) throws(TicketRejection) -> FieldValue

    init(
        _ kind: FieldKind, isPublic: Bool, clientRight: ClientRight = .never,
        read: @escaping (Ticket) -> FieldValue,
        write: @escaping (inout Ticket, FieldValue) -> Void,
        check: @escaping (TicketRules, FieldValue) throws(TicketRejection) -> FieldValue = {
            $1
        }
    ) {
        self.kind = kind
        self.isPublic = isPublic
        self.clientRight = clientRight
        self.read = read
        self.write = write
        self.check = check
    }
}

/// When a client may change a field (docs/protocol.md 2.9). Staff may change all.
enum ClientRight {
    case never
    /// On a ticket whose client they are.
    case onOwnTicket
    /// They may add and remove themselves.
    case forThemselves
}

extension TicketField {
    package var kind: FieldKind { entry.kind }
    package var isPublic: Bool { entry.isPublic }
    var clientRight: ClientRight { entry.clientRight }

    package func value(of ticket: Ticket) -> FieldValue { entry.read(ticket) }

    func set(_ value: FieldValue, in ticket: inout Ticket) { entry.write(&ticket, value) }

    func check(_ value: FieldValue, _ rules: TicketRules) throws(TicketRejection) -> FieldValue {
        try entry.check(rules, value)
    }

    package func isVisible(to audience: Audience) -> Bool { audience == .staff || isPublic }

    // MARK: Order

    /// The fields of a ticket's object, on the wire and in the stores, in the three places where it
    /// has them.
    package static let labels: [TicketField] = [.project, .title]
    package static let codes: [TicketField] = [.category, .status, .priority]
    package static let groups: [TicketField] = [.assignedTo, .watchers, .tags]
    /// Fields that came later stand at the end of objects and rows, so that nothing moves. Stores
    /// have them only with a value.
    package static let added: [TicketField] = allCases.filter {
        ![labels, codes, groups, [.targetHours]].joined().contains($0)
    }

    /// Changes of one command are planned, and stand in its event, in this order.
    static let planningOrder: [TicketField] =
        [.status, .assignedTo] + allCases.filter { $0 != .status && $0 != .assignedTo }
}
