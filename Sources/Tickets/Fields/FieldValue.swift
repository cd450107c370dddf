// Values of the fields that commands change, in one form for all fields.

package import Text

/// A field's value in a ticket, in a change, or in a command. A command names people by their ids.
package enum FieldValue: Hashable, Sendable {
    /// Nobody, no target, no date.
    case empty
    /// A code, a name or a title.
    case text(ExactText)
    case number(Double)
    case time(Timestamp)
    case person(Person)
    case people([Person])
    case texts([ExactText])

    package static func code(_ code: some RawRepresentable<String>) -> FieldValue {
        .text(ExactText(code.rawValue))
    }

    package init(_ person: Person?) { self = person.map { .person($0) } ?? .empty }
    package init(_ number: Double?) { self = number.map { .number($0) } ?? .empty }
    package init(_ time: Timestamp?) { self = time.map { .time($0) } ?? .empty }
}

/// The value as the type that its field has; nil or empty for any other.
extension FieldValue {
    package func code<Code: RawRepresentable<String>>(
        as type: Code.Type = Code.self
    ) -> Code? {
        text.flatMap { Code(code: $0) }
    }

    package var text: ExactText? { if case .text(let text) = self { text } else { nil } }
    package var number: Double? { if case .number(let number) = self { number } else { nil } }
    package var time: Timestamp? { if case .time(let time) = self { time } else { nil } }
    package var person: Person? { if case .person(let person) = self { person } else { nil } }
    package var people: [Person] { if case .people(let people) = self { people } else { [] } }
    package var texts: [ExactText] { if case .texts(let texts) = self { texts } else { [] } }

    /// As one cell of a table; people appear by id.
    package var cell: String? {
        switch self {
        case .empty: nil
        case .text(let text): text.string
        case .number(let number): "\(number)"
        case .time(let time): time.rfc3339
        case .person(let person): person.id.string
        case .people(let people): people.map(\.id.string).joined(separator: ", ")
        case .texts(let texts): texts.map(\.string).joined(separator: ", ")
        }
    }
}

/// What the values of a field are.
package enum FieldKind: Sendable {
    /// One of these codes. A closure, because entries are made at each use and few need the list.
    case code(@Sendable () -> [ExactText])
    case text
    /// A person or nobody.
    case person
    case people
    case texts
    /// A number or none.
    case number
    /// A time or none.
    case time

    static func codes<Code: RawRepresentable<String> & CaseIterable>(
        of type: Code.Type
    ) -> [ExactText] {
        type.allCases.map { ExactText($0.rawValue) }
    }

    package var isPerson: Bool { if case .person = self { true } else { false } }
}
