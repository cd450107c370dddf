// Writes JSON into bytes, in one pass. It adds the commas. Nesting and names are the caller's part:
// every `begin` needs its `end`, every value in an object its `key`.

import Algorithms
package import Text

package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(reserving capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// The written bytes, without a second owner that would force a copy.
    package consuming func finish() -> [UInt8] { bytes }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A name that needs no escaping, like all of ours: it is copied unchanged.
    package mutating func key(_ name: StaticString) {
        name.withUTF8Buffer { letters in
            // SAFETY: the pointer stays inside the closure; its bytes are copied.
            key(plain: unsafe letters.span)
        }
    }

    /// Disfavored so that literals use the faster `StaticString` overload.
    @_disfavoredOverload
    package mutating func key(_ name: String) {
        quoted(name.utf8.span)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A name of ours that is not a literal here and needs no escaping: it is copied unchanged.
    package mutating func key(plain name: String) {
        key(plain: name.utf8.span)
    }

    private mutating func key(plain letters: Span<UInt8>) {
        bytes.appendQuoted(letters, afterComma: needsComma, beforeColon: true)
        needsComma = false
    }

    package mutating func string(_ value: String) {
        quoted(value.utf8.span)
    }

    @_disfavoredOverload
    package mutating func string(_ value: ExactText) {
        quoted(value.utf8.span)
    }

    /// A string whose content `write` appends itself: ASCII that needs no escaping, such as ids and
    /// times.
    package mutating func asciiString(_ write: (inout [UInt8]) -> Void) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        write(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func int(_ value: Int) {
        beginValue()
        Decimal.append(Int64(value), to: &bytes)
    }

    package mutating func int64(_ value: Int64) {
        beginValue()
        Decimal.append(value, to: &bytes)
    }

    /// The shortest text that reads back as the same number. JSON has no infinity: it becomes
    /// `null`.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        beginValue()
        // Most of ours are whole numbers of minutes; the general path takes ten times as long.
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53, whole != 0 {
            Decimal.append(whole, to: &bytes)
            bytes.append(UInt8(ascii: "."))
            bytes.append(UInt8(ascii: "0"))
        } else {
            bytes.append("\(value)".utf8.span)
        }
    }

    package mutating func bool(_ value: Bool) {
        beginValue()
        bytes.append((value ? "true" : "false").utf8.span)
    }

    package mutating func null() {
        beginValue()
        bytes.append("null".utf8.span)
    }

    /// A value that is already JSON, such as a cached snapshot.
    package mutating func raw(_ encoded: [UInt8]) {
        beginValue()
        bytes.append(contentsOf: encoded)
    }

    /// A tree whose names may come from outside.
    package mutating func value(_ tree: Tree) { value(tree, hasPlainNames: false) }

    /// A stored record: its names are ours and need no escaping, so they are copied unchanged.
    package mutating func record(_ tree: Tree) { value(tree, hasPlainNames: true) }

    private mutating func value(_ value: Tree, hasPlainNames: Bool) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .int(let number): int(number)
        case .double(let number): double(number)
        case .string(let text): string(text)
        case .time(let milliseconds): int(milliseconds)
        case .objectID(let high, let low):
            asciiString { HexDigits.append(high, low, to: &$0) }
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element, hasPlainNames: hasPlainNames) }
            endArray()
        case .object(let fields):
            beginObject()
            for field in fields {
                if hasPlainNames { key(plain: field.name.string) } else { key(field.name.string) }
                self.value(field.value, hasPlainNames: hasPlainNames)
            }
            endObject()
        }
    }

    /// A stored record as JSON text, which `JSONReader` reads back with times and ids as numbers and strings.
    /// The default size is, with its header, the largest that glibc serves from a thread's cache.
    package static func bytes(of record: Tree, reserving capacity: Int = 1000) -> [UInt8] {
        var json = JSONWriter(reserving: capacity)
        json.record(record)
        return json.finish()
    }

    package mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    @_disfavoredOverload
    package mutating func field(_ name: StaticString, _ value: ExactText) {
        key(name)
        string(value)
    }

    package mutating func field(_ name: StaticString, _ value: Int) {
        key(name)
        int(value)
    }

    package mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    /// A string as a value or a name. Most need no escaping and are copied at once.
    private mutating func quoted(_ content: Span<UInt8>) {
        guard PlainRun.endBeforeSeparators(in: content, from: 0) == content.count else {
            return escaped(content)
        }
        bytes.appendQuoted(content, afterComma: needsComma, beforeColon: false)
        needsComma = true
    }

    private mutating func escaped(_ content: Span<UInt8>) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        JSONEscaping.append(content, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
}
