// Parses Sec-WebSocket-Extensions into names and parameters (RFC 6455 §9.1), in one pass and
// without backtracking: the cost never depends on the content.

struct WebSocketExtension: Equatable {
    struct Parameter: Equatable {
        let name: String
        /// Without its quotes; nil when there was no `=`.
        let value: String?
    }

    let name: String
    var parameters: [Parameter] = []
}

enum ExtensionHeader {
    struct SyntaxError: Error {}

    /// Extensions after the first eight are ignored: no client offers so many.
    static let extensionsMax = 8

    static func parse(_ text: String) throws(SyntaxError) -> [WebSocketExtension] {
        var reader = ExtensionReader(text)
        var extensions: [WebSocketExtension] = []
        // A list may have empty members (RFC 9110 §5.6.1.2).
        while extensions.count < extensionsMax, reader.skipSeparators() {
            extensions.append(try reader.readExtension())
        }
        return extensions
    }
}

private struct ExtensionReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = current, ASCII.isBlank(byte) { index += 1 }
    }

    private mutating func take(_ byte: Character) -> Bool {
        guard current == byte.asciiValue else { return false }
        index += 1
        return true
    }

    /// Goes to the next member; false at the end.
    mutating func skipSeparators() -> Bool {
        repeat { skipBlanks() } while take(",")
        return current != nil
    }

    mutating func readExtension() throws(ExtensionHeader.SyntaxError) -> WebSocketExtension {
        var result = WebSocketExtension(name: try token())
        skipBlanks()
        while take(";") {
            skipBlanks()
            let name = try token()
            skipBlanks()
            var value: String?
            if take("=") {
                skipBlanks()
                value = take("\"") ? try quoted() : try token()
                skipBlanks()
            }
            result.parameters.append(.init(name: name, value: value))
        }
        guard current == nil || current == UInt8(ascii: ",") else {
            throw ExtensionHeader.SyntaxError()
        }
        return result
    }

    private mutating func token() throws(ExtensionHeader.SyntaxError) -> String {
        let start = index
        while let byte = current, ASCII.isToken(byte) { index += 1 }
        guard index > start else { throw ExtensionHeader.SyntaxError() }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// Called after the opening quote: the quoted text must be a token too.
    private mutating func quoted() throws(ExtensionHeader.SyntaxError) -> String {
        var value: [UInt8] = []
        while !take("\"") {
            _ = take("\\")
            guard let byte = current, ASCII.isToken(byte) else {
                throw ExtensionHeader.SyntaxError()
            }
            value.append(byte)
            index += 1
        }
        guard !value.isEmpty else { throw ExtensionHeader.SyntaxError() }
        return String(decoding: value, as: UTF8.self)
    }
}
