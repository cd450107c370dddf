// Reads the plain form of a `typing` frame without building a tree: a typing person sends one every
// few seconds, in every ticket.

package import Tickets

/// `{"type":"typing","ticket":ID,"on":BOOL}`, perhaps with `internal`, in any order.
package struct TypingFrame {
    package private(set) var ticket = TicketID(high: 0, low: 0)
    package private(set) var isOn = false
    package private(set) var isInternal = false

    /// nil: another frame, or another form (white space, an escape, a ref, an `id`). The general
    /// decoder then reads it and makes the refusals.
    package init?(_ payload: Span<UInt8>) {
        guard payload.count <= Self.bytesMax else { return nil }
        var text = PlainText()
        guard text.take(UInt8(ascii: "{"), payload) else { return nil }
        var fields = Fields()
        repeat {
            guard let name = text.quoted(payload), text.take(UInt8(ascii: ":"), payload) else {
                return nil
            }
            switch name.count {
            case 4 where payload.spells("type", at: name):
                guard let value = text.quoted(payload), payload.spells("typing", at: value),
                    fields.insert(.type)
                else { return nil }
            case 6 where payload.spells("ticket", at: name):
                guard let value = text.quoted(payload),
                    let id = TicketID(digits: payload.extracting(value)), fields.insert(.ticket)
                else { return nil }
                ticket = id
            case 2 where payload.spells("on", at: name):
                guard let flag = text.flag(payload), fields.insert(.on) else { return nil }
                isOn = flag
            case 8 where payload.spells("internal", at: name):
                guard let flag = text.flag(payload), fields.insert(.isInternal) else { return nil }
                isInternal = flag
            default: return nil
            }
        } while text.take(UInt8(ascii: ","), payload)
        guard text.take(UInt8(ascii: "}"), payload), text.offset == payload.count,
            fields.isComplete
        else { return nil }
    }

    private static let bytesMax = 128

    private struct Fields {
        enum Field: UInt8 {
            case type = 1
            case ticket = 2
            case on = 4
            case isInternal = 8
        }

        private var seen: UInt8 = 0

        /// false: the field comes twice.
        mutating func insert(_ field: Field) -> Bool {
            defer { seen |= field.rawValue }
            return seen & field.rawValue == 0
        }

        var isComplete: Bool { seen & 7 == 7 }
    }
}

/// Scans JSON without white space whose strings have no escapes.
private struct PlainText {
    private(set) var offset = 0

    mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Range of a string's content; nil: no string here, or it has an escape.
    mutating func quoted(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard take(UInt8(ascii: "\""), bytes) else { return nil }
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            guard bytes[offset] != UInt8(ascii: "\\") else { return nil }
            offset += 1
        }
        let end = offset
        return take(UInt8(ascii: "\""), bytes) ? start..<end : nil
    }

    mutating func flag(_ bytes: Span<UInt8>) -> Bool? {
        if word("true", bytes) { return true }
        return word("false", bytes) ? false : nil
    }

    private mutating func word(_ word: StaticString, _ bytes: Span<UInt8>) -> Bool {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes.spells(word, at: offset..<end) else { return false }
        offset = end
        return true
    }
}

extension Span<UInt8> {
    fileprivate func spells(_ word: StaticString, at place: Range<Int>) -> Bool {
        guard place.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<place.count
            where unsafe letters[index] != self[place.lowerBound + index] {
                return false
            }
            return true
        }
    }
}
