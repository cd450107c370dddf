// A change of one field, as events keep it.

package import Text

package struct FieldChange: Hashable, Sendable {
    package let field: TicketField
    package let from: FieldValue
    package let to: FieldValue

    package init(_ field: TicketField, from: FieldValue, to: FieldValue) {
        self.field = field
        self.from = from
        self.to = to
    }

    package var isPublic: Bool { field.isPublic }

    /// In a change of the status.
    package var status: (from: Status, to: Status)? {
        guard field == .status, let from: Status = from.code(), let to: Status = to.code() else {
            return nil
        }
        return (from, to)
    }

    /// In a change of the assignee.
    package var assignee: (from: Person?, to: Person?)? {
        field == .assignedTo ? (from.person, to.person) : nil
    }
}

/// Typed forms, for code that makes a change of one field.
extension FieldChange {
    package static func status(from: Status, to: Status) -> FieldChange {
        FieldChange(.status, from: .code(from), to: .code(to))
    }

    package static func priority(from: Priority, to: Priority) -> FieldChange {
        FieldChange(.priority, from: .code(from), to: .code(to))
    }

    package static func category(from: Category, to: Category) -> FieldChange {
        FieldChange(.category, from: .code(from), to: .code(to))
    }

    package static func title(from: ExactText, to: ExactText) -> FieldChange {
        FieldChange(.title, from: .text(from), to: .text(to))
    }

    package static func project(from: ExactText, to: ExactText) -> FieldChange {
        FieldChange(.project, from: .text(from), to: .text(to))
    }

    package static func assignedTo(from: Person?, to: Person?) -> FieldChange {
        FieldChange(.assignedTo, from: FieldValue(from), to: FieldValue(to))
    }

    package static func watchers(from: [Person], to: [Person]) -> FieldChange {
        FieldChange(.watchers, from: .people(from), to: .people(to))
    }

    package static func tags(from: [ExactText], to: [ExactText]) -> FieldChange {
        FieldChange(.tags, from: .texts(from), to: .texts(to))
    }

    package static func targetHours(from: Double?, to: Double?) -> FieldChange {
        FieldChange(.targetHours, from: FieldValue(from), to: FieldValue(to))
    }
}
