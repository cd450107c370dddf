// A field change as the old system recorded it. `TicketField` describes the fields; this file has
// only the values that an old document can give them.

import Text
import Tickets

extension OldChange.Change {
    static func status(_ to: Status) -> Self { Self(.status, code: to) }
    static func priority(_ to: Priority) -> Self { Self(.priority, code: to) }
    static func category(_ to: Category) -> Self { Self(.category, code: to) }

    static func title(_ to: String) -> Self {
        Self(field: .title, value: .text(ExactText(to)))
    }

    static func project(_ to: ExactText) -> Self { Self(field: .project, value: .text(to)) }

    static func assignedTo(_ to: OldPerson?) -> Self {
        Self(field: .assignedTo, value: .person(to))
    }

    private init(_ field: TicketField, code: some RawRepresentable<String>) {
        self.init(field: field, value: .text(ExactText(code.rawValue)))
    }

    /// The value as tickets have it.
    func value(by directory: OldPeople) -> FieldValue {
        switch value {
        case .text(let text): .text(text)
        case .person(let person):
            FieldValue(person.map { directory.person($0, as: .technician).asStaff })
        }
    }

    /// Whether the field has this value already. People are the same by their id.
    func gives(_ value: FieldValue, by directory: OldPeople) -> Bool {
        let new = self.value(by: directory)
        guard case .person = self.value else { return value == new }
        return value.person?.id == new.person?.id
    }

    /// nil for a person.
    var words: ExactText? { if case .text(let text) = value { text } else { nil } }

    var person: OldPerson? { if case .person(let person) = value { person } else { nil } }

    func code<Code: RawRepresentable<String>>() -> Code? { words.flatMap { Code(code: $0) } }

    /// A title or project that the old system had not.
    var isBlank: Bool { words?.isBlank ?? false }

    /// As a line of a note.
    var text: String {
        switch value {
        case .text(let text): "\(field.rawValue): \(text)"
        case .person(let person):
            "\(field.rawValue): \(person?.name ?? person?.id.string ?? "nobody")"
        }
    }
}

extension OldTicket {
    /// The fields as the document has them now.
    var fields: [OldChange.Change] {
        [
            .status(status), .priority(priority), .category(category), .title(title),
            .project(project), .assignedTo(assignedTo),
        ]
    }
}

extension Person {
    /// Tickets are assigned to staff only.
    var asStaff: Person {
        role.isStaff ? self : Person(id: id, name: name, role: .technician)
    }
}
