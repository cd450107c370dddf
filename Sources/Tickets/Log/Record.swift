// Common form of snapshots and events in the stores: a tree that each store writes as JSON text or
// BSON. Its names are the stores' field names.

package import Text

package enum Record: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    /// MongoDB writes a date, SQLite its milliseconds.
    case time(Timestamp)
    /// MongoDB writes an ObjectId, SQLite 24 hex digits.
    case objectID(high: UInt64, low: UInt32)
    case array([Record])
    case object([Field])

    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: Record

        package init(_ name: String, _ value: Record) {
            self.name = name
            self.value = value
        }
    }

    package init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    package init(_ text: ExactText) { self = .string(text.string) }
    package init(_ text: ExactText?) { self = text.map { .string($0.string) } ?? .null }
    package init(_ texts: [ExactText]) { self = .array(texts.map { .string($0.string) }) }
    package init(_ number: Int) { self = .int(Int64(number)) }
    package init(_ number: Double?) { self = number.map { .double($0) } ?? .null }
    package init(_ time: Timestamp?) { self = time.map { .time($0) } ?? .null }
    package init<Subject>(_ id: Identifier<Subject>) {
        self = .objectID(high: id.high, low: id.low)
    }
}

/// Compares texts by their bytes, like the stores.
extension Record {
    package static func == (left: Record, right: Record) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.string(let left), .string(let right)): ExactText(left) == ExactText(right)
        case (.time(let left), .time(let right)): left == right
        case (.objectID(let leftHigh, let leftLow), .objectID(let rightHigh, let rightLow)):
            leftHigh == rightHigh && leftLow == rightLow
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let flag): hasher.combine(flag)
        case .int(let number): hasher.combine(number)
        case .double(let number): hasher.combine(number)
        case .string(let text): hasher.combine(ExactText(text))
        case .time(let time): hasher.combine(time)
        case .objectID(let high, let low):
            hasher.combine(high)
            hasher.combine(low)
        case .array(let items): hasher.combine(items)
        case .object(let fields): hasher.combine(fields)
        }
    }
}

/// A name may come from outside too: a request may carry records.
extension Record.Field {
    package static func == (left: Self, right: Self) -> Bool {
        left.has(right.name) && left.value == right.value
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(name))
        hasher.combine(value)
    }

    package func has(_ name: String) -> Bool { ExactText(self.name) == ExactText(name) }
}

/// A stored record that lacks a field or has one of the wrong kind.
package struct RecordError: Error, CustomStringConvertible, Sendable {
    package let field: String
    package var description: String { "field “\(field.excerpt)” is missing or of the wrong kind" }
}

/// Reads the fields of an object, in any order.
package struct RecordReader {
    private let fields: [Record.Field]

    package init(_ record: Record, _ name: String = "record") throws(RecordError) {
        guard case .object(let fields) = record else { throw RecordError(field: name) }
        self.fields = fields
    }

    /// nil when missing or null.
    package func optional(_ name: String) -> Record? {
        guard let field = fields.first(where: { $0.has(name) }), field.value != .null else {
            return nil
        }
        return field.value
    }

    package func required(_ name: String) throws(RecordError) -> Record {
        guard let value = optional(name) else { throw RecordError(field: name) }
        return value
    }

    package func string(_ name: String) throws(RecordError) -> String {
        guard case .string(let text) = try required(name) else { throw RecordError(field: name) }
        return text
    }

    /// Text that identifies or selects.
    package func text(_ name: String) throws(RecordError) -> ExactText {
        ExactText(try string(name))
    }

    package func optionalText(_ name: String) throws(RecordError) -> ExactText? {
        optional(name) == nil ? nil : try text(name)
    }

    package func optionalString(_ name: String) throws(RecordError) -> String? {
        optional(name) == nil ? nil : try string(name)
    }

    package func int64(_ name: String) throws(RecordError) -> Int64 {
        switch try required(name) {
        case .int(let number): return number
        case .double(let number):
            guard let exact = Int64(exactly: number) else { throw RecordError(field: name) }
            return exact
        default: throw RecordError(field: name)
        }
    }

    package func int(_ name: String) throws(RecordError) -> Int {
        guard let number = Int(exactly: try int64(name)) else { throw RecordError(field: name) }
        return number
    }

    /// A count, or a place in a log. A request or an import may have made it up: it stays so small
    /// that counting on never overflows.
    package func count(_ name: String) throws(RecordError) -> Int {
        let number = try int(name)
        guard (0...Self.numberMax).contains(number) else { throw RecordError(field: name) }
        return number
    }

    /// A span of time, bounded like a count.
    package func span(_ name: String) throws(RecordError) -> Int64 {
        let milliseconds = try int64(name)
        guard milliseconds.magnitude <= Self.numberMax else { throw RecordError(field: name) }
        return milliseconds
    }

    /// Beyond 2^53 a number of JSON is not exact in every program.
    private static let numberMax = 1 << 53

    package func bool(_ name: String) throws(RecordError) -> Bool {
        switch optional(name) {
        case nil: return false
        case .bool(let flag)?: return flag
        default: throw RecordError(field: name)
        }
    }

    package func optionalDouble(_ name: String) throws(RecordError) -> Double? {
        switch optional(name) {
        case nil: return nil
        case .double(let number)?: return number
        case .int(let number)?: return Double(number)
        default: throw RecordError(field: name)
        }
    }

    package func time(_ name: String) throws(RecordError) -> Timestamp {
        switch try required(name) {
        case .time(let time): return time
        case .int(let milliseconds): return Timestamp(milliseconds: milliseconds)
        default: throw RecordError(field: name)
        }
    }

    package func optionalTime(_ name: String) throws(RecordError) -> Timestamp? {
        optional(name) == nil ? nil : try time(name)
    }

    package func id<Subject>(
        _ name: String, as subject: Subject.Type = Subject.self
    ) throws(RecordError) -> Identifier<Subject> {
        switch try required(name) {
        case .objectID(let high, let low): return Identifier(high: high, low: low)
        case .string(let text):
            guard let id = Identifier<Subject>(text) else { throw RecordError(field: name) }
            return id
        default: throw RecordError(field: name)
        }
    }

    package func array(_ name: String) throws(RecordError) -> [Record] {
        switch optional(name) {
        case nil: return []
        case .array(let items)?: return items
        default: throw RecordError(field: name)
        }
    }

    package func texts(_ name: String) throws(RecordError) -> [ExactText] {
        var texts: [ExactText] = []
        for item in try array(name) {
            guard case .string(let text) = item else { throw RecordError(field: name) }
            texts.append(ExactText(text))
        }
        return texts
    }

    /// An enum's value by its wire code.
    package func code<Code: RawRepresentable<String>>(
        _ name: String, as type: Code.Type = Code.self
    ) throws(RecordError) -> Code {
        guard let code = Code(code: ExactText(try string(name))) else {
            throw RecordError(field: name)
        }
        return code
    }
}
