// The fields that a command sets.

package import Text

package enum Assignee: Sendable, Hashable {
    case caller, nobody
    case person(ExactText)
}

/// The fields of `set`; a field that is not named is absent. People are ids; "me" is the caller.
package struct FieldEdits: Sendable, Hashable {
    private var values: [TicketField: FieldValue] = [:]

    package init() {}

    package subscript(field: TicketField) -> FieldValue? {
        get { values.isEmpty ? nil : values[field] }
        set { values[field] = newValue }
    }

    /// The set fields, in the order of docs/protocol.md 4.7.
    package var fields: [TicketField] {
        values.isEmpty ? [] : TicketField.allCases.filter { values[$0] != nil }
    }

    package var isEmpty: Bool { values.isEmpty }
}

/// In the order of the fields, so that equal edits read alike.
extension FieldEdits: CustomStringConvertible {
    package var description: String {
        fields.map { "\($0): \(values[$0, default: .empty])" }.joined(separator: ", ")
    }
}

/// Typed forms, for code that sets or reads one field.
extension FieldEdits {
    package var status: Status? {
        get { self[.status]?.code() }
        set { self[.status] = newValue.map { .code($0) } }
    }

    package var priority: Priority? {
        get { self[.priority]?.code() }
        set { self[.priority] = newValue.map { .code($0) } }
    }

    package var category: Category? {
        get { self[.category]?.code() }
        set { self[.category] = newValue.map { .code($0) } }
    }

    package var title: String? {
        get { self[.title]?.text?.string }
        set { self[.title] = newValue.map { .text(ExactText($0)) } }
    }

    package var project: ExactText? {
        get { self[.project]?.text }
        set { self[.project] = newValue.map { .text($0) } }
    }

    package var assignedTo: Assignee? {
        get { self[.assignedTo].map(Assignee.init) }
        set { self[.assignedTo] = newValue?.value }
    }

    package var watchers: [ExactText]? {
        get { self[.watchers]?.texts }
        set { self[.watchers] = newValue.map { .texts($0) } }
    }

    package var tags: [ExactText]? {
        get { self[.tags]?.texts }
        set { self[.tags] = newValue.map { .texts($0) } }
    }

    /// `.some(nil)` goes back to the policy.
    package var targetHours: Double?? {
        get { self[.targetHours].map(\.number) }
        set { self[.targetHours] = newValue.map { FieldValue($0) } }
    }
}

extension Assignee {
    init(_ value: FieldValue) {
        switch value {
        case .text("me"): self = .caller
        case .text(let id): self = .person(id)
        default: self = .nobody
        }
    }

    fileprivate var value: FieldValue {
        switch self {
        case .caller: .text("me")
        case .nobody: .empty
        case .person(let id): .text(id)
        }
    }
}
