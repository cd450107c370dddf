// Reads the typed fields of a request object and refuses unknown ones. Every refusal names its
// field. Text that identifies or selects is read as `ExactText`; text that is only shown or kept as
// a `String`.

package import Text
package import Tickets
import Wire

package struct FieldReader {
    private let members: [Tree.Field]
    /// One bit for each of the first 64 members. No request has enough fields for a later one to be
    /// the first unknown one.
    private var taken: UInt64 = 0
    /// In a query: the names that had a comma in their value.
    package var listNames: Set<ExactText> = []

    /// `name`: the field that holds this object, for the refusal of another type; nil: the request
    /// itself.
    package init(_ json: Tree, _ name: ExactText? = nil) throws(TicketRejection) {
        guard case .object(let members) = json else {
            throw TicketRejection(.badRequest, "An object was expected.", field: name?.string)
        }
        self.members = members
    }

    /// Marks fields that the caller has read by other means.
    package mutating func take(_ names: ExactText...) { for name in names { _ = raw(name) } }

    package func has(_ name: ExactText) -> Bool { index(of: name) != nil }

    /// Uses a span, which lends each name: an array's subscript would copy it. Most
    /// names differ in their lengths, which need no copy either.
    private func index(of name: ExactText) -> Int? {
        let members = members.span
        let count = name.string.utf8.count
        for index in members.indices
        where members[index].name.string.utf8.count == count && members[index].name == name {
            return index
        }
        return nil
    }

    /// nil when the field is missing; `null` is a value.
    package mutating func raw(_ name: ExactText) -> Tree? {
        guard let index = index(of: name) else { return nil }
        if index < 64 { taken |= 1 << UInt64(index) }
        return members[index].value
    }

    package mutating func optionalText(_ name: ExactText) throws(TicketRejection) -> ExactText? {
        guard let value = raw(name) else { return nil }
        guard let text = value.textValue else { throw Self.wrong(name, "a string") }
        return text
    }

    package mutating func text(_ name: ExactText) throws(TicketRejection) -> ExactText {
        guard let text = try optionalText(name) else { throw Self.missing(name) }
        return text
    }

    /// Text of people, which is not compared.
    package mutating func optionalString(_ name: ExactText) throws(TicketRejection) -> String? {
        try optionalText(name)?.string
    }

    package mutating func string(_ name: ExactText) throws(TicketRejection) -> String {
        try text(name).string
    }

    package mutating func optionalInt(_ name: ExactText) throws(TicketRejection) -> Int? {
        guard let value = raw(name) else { return nil }
        guard let number = value.intValue else { throw Self.wrong(name, "an integer") }
        return number
    }

    /// A `seq`: 0 or more.
    package mutating func optionalSeq(_ name: ExactText) throws(TicketRejection) -> Int? {
        guard let number = try optionalInt(name) else { return nil }
        guard number >= 0 else { throw Self.wrong(name, "0 or more") }
        return number
    }

    package mutating func bool(_ name: ExactText, default fallback: Bool) throws(TicketRejection)
        -> Bool
    {
        guard let value = raw(name) else { return fallback }
        guard let flag = value.boolValue else { throw Self.wrong(name, "true or false") }
        return flag
    }

    package mutating func bool(_ name: ExactText) throws(TicketRejection) -> Bool {
        guard has(name) else { throw Self.missing(name) }
        return try bool(name, default: false)
    }

    package mutating func optionalTexts(_ name: ExactText) throws(TicketRejection) -> [ExactText]? {
        guard let value = raw(name) else { return nil }
        guard let items = value.arrayValue else { throw Self.wrong(name, "a list of strings") }
        var texts: [ExactText] = []
        texts.reserveCapacity(items.count)
        for item in items {
            guard let text = item.textValue else { throw Self.wrong(name, "a list of strings") }
            texts.append(text)
        }
        return texts
    }

    /// One string or a list; each value once.
    package mutating func oneOrMore(_ name: ExactText) throws(TicketRejection) -> [ExactText]? {
        guard let value = raw(name) else { return nil }
        if let text = value.textValue { return [text] }
        guard let texts = try optionalTexts(name) else { return nil }
        guard texts.count <= Self.alternativesMax else {
            throw TicketRejection(
                .tooLarge, "\(name) is over its limit of \(Self.alternativesMax) values.",
                field: name.string)
        }
        var seen: Set<ExactText> = []
        return texts.filter { seen.insert($0).inserted }
    }

    /// Limit of values for one field of a filter. Each is a parameter of the stores' queries.
    private static let alternativesMax = 100

    package mutating func optionalCode<Code: RawRepresentable<String> & CaseIterable>(
        _ name: ExactText, as type: Code.Type = Code.self
    ) throws(TicketRejection) -> Code? {
        guard let text = try optionalText(name) else { return nil }
        return try Self.code(text, name)
    }

    package mutating func code<Code: RawRepresentable<String> & CaseIterable>(
        _ name: ExactText, as type: Code.Type = Code.self
    ) throws(TicketRejection) -> Code {
        guard let code = try optionalCode(name, as: type) else { throw Self.missing(name) }
        return code
    }

    package mutating func ticket(_ name: ExactText = "ticket") throws(TicketRejection)
        -> TicketReference
    {
        let text = try text(name)
        // An impossible reference is answered like a missing ticket.
        guard let reference = TicketReference(text) else { throw .notFound }
        return reference
    }

    package mutating func object(_ name: ExactText) throws(TicketRejection) -> FieldReader? {
        guard let value = raw(name) else { return nil }
        return try FieldReader(value, name)
    }

    /// Refuses unknown fields.
    package func finish() throws(TicketRejection) {
        guard
            let unknown = members.indices.first(where: { $0 >= 64 || taken >> UInt64($0) & 1 == 0 })
                .map({ members[$0] })
        else { return }
        throw TicketRejection(
            .badRequest, "There is no field “\(unknown.name.excerpt)” here.",
            field: unknown.name.excerpt)
    }

    package static func code<Code: RawRepresentable<String> & CaseIterable>(
        _ text: ExactText, _ name: ExactText, as type: Code.Type = Code.self
    ) throws(TicketRejection) -> Code {
        guard let code = Code(code: text) else {
            let known = Code.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong(name, "one of \(known)")
        }
        return code
    }

    package static func wrong(_ name: ExactText, _ expected: String) -> TicketRejection {
        TicketRejection(.badRequest, "\(name) must be \(expected).", field: name.string)
    }

    package static func missing(_ name: ExactText) -> TicketRejection {
        TicketRejection(.badRequest, "\(name) is missing.", field: name.string)
    }
}
