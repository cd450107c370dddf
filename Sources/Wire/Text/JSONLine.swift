// Finds the line of a JSON value. Settings files are JSON, and an error message names the line.

package import Text

/// One step into a JSON value.
package enum JSONStep: Hashable, Sendable {
    case member(ExactText)
    case item(Int)
}

package enum JSONLine {
    /// The line, from 1, of the byte at `offset`.
    package static func number(atByte offset: Int, of bytes: [UInt8]) -> Int {
        1 + bytes.prefix(max(0, offset)).count { $0 == 0x0A }
    }

    /// The line, from 1, where the value at `path` begins. `JSONReader` must have accepted `bytes`;
    /// if the path leads nowhere, the last value on it counts.
    package static func number(of path: [JSONStep], in bytes: [UInt8]) -> Int {
        var walk = JSONWalk(bytes: bytes)
        for step in path {
            let start = walk.offset
            guard walk.enter(step) else { return number(atByte: start, of: bytes) }
        }
        return number(atByte: walk.offset, of: bytes)
    }
}

/// Skips values without keeping them. Never leaves the bytes, whatever they are.
private struct JSONWalk {
    let bytes: [UInt8]
    /// The first byte of a value.
    private(set) var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
        skipSpace()
    }

    private var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// Moves to the value of `step`; false when there is none.
    mutating func enter(_ step: JSONStep) -> Bool {
        switch step {
        case .member(let name): enterMember(name)
        case .item(let index): enterItem(index)
        }
    }

    private mutating func enterMember(_ name: ExactText) -> Bool {
        guard byte == UInt8(ascii: "{") else { return false }
        next()
        while let first = byte, first == UInt8(ascii: "\"") {
            let start = offset
            skipValue()
            let found = try? JSONReader.parse(Array(bytes[start..<offset])).textValue
            skipSpace()
            next()  // the colon
            if found == name { return true }
            skipValue()
            guard skipComma() else { return false }
        }
        return false
    }

    private mutating func enterItem(_ index: Int) -> Bool {
        guard byte == UInt8(ascii: "[") else { return false }
        next()
        for _ in 0..<max(0, index) {
            skipValue()
            guard skipComma() else { return false }
        }
        return byte != nil && byte != UInt8(ascii: "]")
    }

    private mutating func next() {
        offset = min(offset + 1, bytes.count)
        skipSpace()
    }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || (0x09...0x0D).contains(byte) { offset += 1 }
    }

    private mutating func skipComma() -> Bool {
        skipSpace()
        guard byte == UInt8(ascii: ",") else { return false }
        next()
        return true
    }

    /// Skips the value that begins here: brackets are counted, strings skipped.
    private mutating func skipValue() {
        var depth = 0
        while let byte {
            switch byte {
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return }
                depth -= 1
                offset += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { return }
                offset += 1
                continue
            default: offset += 1
            }
            if depth == 0, isEnd { return }
        }
    }

    /// The position is after a complete value.
    private var isEnd: Bool {
        guard let byte else { return true }
        return byte <= 0x20 || [0x2C, 0x3A, 0x5D, 0x7D].contains(byte)
    }

    private mutating func skipString() {
        offset += 1
        while let byte, byte != UInt8(ascii: "\"") {
            offset = min(offset + (byte == UInt8(ascii: "\\") ? 2 : 1), bytes.count)
        }
        offset = min(offset + 1, bytes.count)
    }
}
