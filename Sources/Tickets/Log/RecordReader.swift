// Records: the trees in which stores keep events and snapshots. Their names are the stores' field
// names.

package import Text

extension Tree {
    package static func time(_ time: Timestamp) -> Tree {
        .time(milliseconds: Int(time.milliseconds))
    }

    package init(_ time: Timestamp?) { self = time.map { .time($0) } ?? .null }
    package init<Subject>(_ id: Identifier<Subject>) {
        self = .objectID(high: id.high, low: id.low)
    }
}

/// A stored record that lacks a field or has one of the wrong kind; or one from elsewhere that has
/// a field more.
package struct RecordError: Error, CustomStringConvertible, Sendable {
    package let field: ExactText
    private let fault: String

    package init(field: ExactText) {
        self.field = field
        fault = "is missing or of the wrong kind"
    }

    package init(unknown field: ExactText) {
        self.field = field
        fault = "is unknown"
    }

    package var description: String { "field “\(field.excerpt)” \(fault)" }
}

/// Reads the fields of an object, in any order.
package struct RecordReader {
    private let fields: [Tree.Field]

    package init(_ record: Tree, _ name: ExactText = "record") throws(RecordError) {
        guard case .object(let fields) = record else { throw RecordError(field: name) }
        self.fields = fields
    }

    /// nil when missing or null.
    package func optional(_ name: ExactText) -> Tree? {
        guard let field = fields.first(where: { $0.name == name }), !field.value.isNull else {
            return nil
        }
        return field.value
    }

    package func required(_ name: ExactText) throws(RecordError) -> Tree {
        guard let value = optional(name) else { throw RecordError(field: name) }
        return value
    }

    package func string(_ name: ExactText) throws(RecordError) -> String {
        try text(name).string
    }

    /// Text that identifies or selects.
    package func text(_ name: ExactText) throws(RecordError) -> ExactText {
        guard case .string(let text) = try required(name) else { throw RecordError(field: name) }
        return text
    }

    package func optionalText(_ name: ExactText) throws(RecordError) -> ExactText? {
        optional(name) == nil ? nil : try text(name)
    }

    package func optionalString(_ name: ExactText) throws(RecordError) -> String? {
        optional(name) == nil ? nil : try string(name)
    }

    package func int(_ name: ExactText) throws(RecordError) -> Int {
        switch try required(name) {
        case .int(let number): return number
        case .double(let number):
            guard let exact = Int(exactly: number) else { throw RecordError(field: name) }
            return exact
        default: throw RecordError(field: name)
        }
    }

    /// A count, or a place in a log. A request or an import may have made it up: it stays so small
    /// that counting on never overflows.
    package func count(_ name: ExactText) throws(RecordError) -> Int {
        let number = try int(name)
        guard (0...Self.numberMax).contains(number) else { throw RecordError(field: name) }
        return number
    }

    /// A span of time in milliseconds, bounded like a count.
    package func span(_ name: ExactText) throws(RecordError) -> Int64 {
        let milliseconds = try int(name)
        guard milliseconds.magnitude <= Self.numberMax else { throw RecordError(field: name) }
        return Int64(milliseconds)
    }

    /// Beyond 2^53 a number of JSON is not exact in every program.
    private static let numberMax = 1 << 53

    /// Throws with the first field that is none of `names`.
    package func requireOnly(_ names: ExactText...) throws(RecordError) {
        guard let other = fields.first(where: { !names.contains($0.name) }) else { return }
        throw RecordError(unknown: other.name)
    }

    package func bool(_ name: ExactText) throws(RecordError) -> Bool {
        switch optional(name) {
        case nil: return false
        case .bool(let flag)?: return flag
        default: throw RecordError(field: name)
        }
    }

    package func optionalDouble(_ name: ExactText) throws(RecordError) -> Double? {
        switch optional(name) {
        case nil: return nil
        case .double(let number)?: return number
        case .int(let number)?: return Double(number)
        default: throw RecordError(field: name)
        }
    }

    package func time(_ name: ExactText) throws(RecordError) -> Timestamp {
        switch try required(name) {
        case .time(let milliseconds), .int(let milliseconds):
            return Timestamp(milliseconds: Int64(milliseconds))
        default: throw RecordError(field: name)
        }
    }

    package func optionalTime(_ name: ExactText) throws(RecordError) -> Timestamp? {
        optional(name) == nil ? nil : try time(name)
    }

    package func id<Subject>(
        _ name: ExactText, as subject: Subject.Type = Subject.self
    ) throws(RecordError) -> Identifier<Subject> {
        switch try required(name) {
        case .objectID(let high, let low): return Identifier(high: high, low: low)
        case .string(let text):
            guard let id = Identifier<Subject>(text) else { throw RecordError(field: name) }
            return id
        default: throw RecordError(field: name)
        }
    }

    package func array(_ name: ExactText) throws(RecordError) -> [Tree] {
        switch optional(name) {
        case nil: return []
        case .array(let items)?: return items
        default: throw RecordError(field: name)
        }
    }

    package func texts(_ name: ExactText) throws(RecordError) -> [ExactText] {
        var texts: [ExactText] = []
        for item in try array(name) {
            guard case .string(let text) = item else { throw RecordError(field: name) }
            texts.append(text)
        }
        return texts
    }

    /// An enum's value by its wire code.
    package func code<Code: RawRepresentable<String>>(
        _ name: ExactText, as type: Code.Type = Code.self
    ) throws(RecordError) -> Code {
        guard let code = Code(code: try text(name)) else {
            throw RecordError(field: name)
        }
        return code
    }
}
