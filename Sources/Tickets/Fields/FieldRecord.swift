// Converts values of fields and their changes to and from records.

import Text

extension FieldValue {
    var record: Tree {
        switch self {
        case .empty: .null
        case .text(let text): Tree(text)
        case .number(let number): .double(number)
        case .time(let time): .time(time)
        case .person(let person): person.record
        case .people(let people): .array(people.map(\.record))
        case .texts(let texts): Tree(texts)
        }
    }
}

extension FieldKind {
    /// The value under `name`.
    func value(_ name: ExactText, in fields: RecordReader) throws(RecordError) -> FieldValue {
        switch self {
        case .code(let codes):
            let code = try fields.text(name)
            guard codes().contains(code) else { throw RecordError(field: name) }
            return .text(code)
        case .text: return .text(try fields.text(name))
        case .person:
            guard let record = fields.optional(name) else { return .empty }
            return .person(try Person(record: record))
        case .people:
            return .people(
                try fields.array(name).map { record throws(RecordError) in
                    try Person(record: record)
                })
        case .texts: return .texts(try fields.texts(name))
        case .number: return FieldValue(try fields.optionalDouble(name))
        case .time: return FieldValue(try fields.optionalTime(name))
        }
    }
}

extension FieldChange {
    /// `{from, to}`.
    var record: Tree { .object([.init("from", from.record), .init("to", to.record)]) }

    static func list(record: Tree?) throws(RecordError) -> [FieldChange] {
        guard let record else { return [] }
        guard case .object(let fields) = record else { throw RecordError(field: "changes") }
        return try fields.map { stored throws(RecordError) in
            guard let field = TicketField(code: stored.name) else {
                throw RecordError(field: "changes.\(stored.name)")
            }
            let ends = try RecordReader(stored.value, stored.name)
            return FieldChange(
                field, from: try field.kind.value("from", in: ends),
                to: try field.kind.value("to", in: ends))
        }
    }
}
