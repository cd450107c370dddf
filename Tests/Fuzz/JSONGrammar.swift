// A reference for valid JSON: the grammar of RFC 8259 only, byte by byte, without values and
// without the speed of the reader.

struct JSONGrammar {
    private let bytes: [UInt8]
    private var index = 0

    static func accepts(_ bytes: [UInt8]) -> Bool {
        var grammar = JSONGrammar(bytes: bytes)
        return grammar.value() && grammar.index == bytes.count
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func skip(while isSkipped: (UInt8) -> Bool) -> Int {
        let start = index
        while let byte = current, isSkipped(byte) { index += 1 }
        return index - start
    }

    private mutating func skipSpace() { _ = skip { [0x20, 0x09, 0x0A, 0x0D].contains($0) } }

    /// With the white space around it.
    private mutating func value() -> Bool {
        skipSpace()
        defer { skipSpace() }
        if take("{") { return list("}") { $0.string() && $0.takeColon() && $0.value() } }
        if take("[") { return list("]") { $0.value() } }
        if current == UInt8(ascii: "\"") { return string() }
        return take("true") || take("false") || take("null") || number()
    }

    private mutating func list(_ end: String, _ item: (inout JSONGrammar) -> Bool) -> Bool {
        skipSpace()
        if take(end) { return true }
        repeat {
            skipSpace()
            guard item(&self) else { return false }
        } while take(",")
        return take(end)
    }

    private mutating func takeColon() -> Bool {
        skipSpace()
        return take(":")
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = current, byte >= 0x20 {
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            guard byte != UInt8(ascii: "\\") || escape() else { return false }
        }
        return false
    }

    private mutating func escape() -> Bool {
        if take("u") {
            let end = index + 4
            while index < end {
                guard let byte = current, Character(Unicode.Scalar(byte)).isHexDigit else {
                    return false
                }
                index += 1
            }
            return true
        }
        guard let byte = current, "\"\\/bfnrt".utf8.contains(byte) else { return false }
        index += 1
        return true
    }

    private mutating func number() -> Bool {
        _ = take("-")
        guard take("0") || digits() else { return false }
        if take("."), !digits() { return false }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool { skip { (0x30...0x39).contains($0) } > 0 }
}
