// Parses the request target into path and query (RFC 9112 §3.2). The path is decoded here, once.
// Whatever a second decoding could read as another path (dot segments, backslashes, NUL) is refused
// rather than normalised. After `/api/people/` follows a person's id, which is not a path and may
// be encoded.

package import Text

package struct QueryItem: Sendable, Equatable {
    package let name: ExactText
    /// Empty when there is no `=`.
    package let value: String

    package init(name: ExactText, value: String) {
        self.name = name
        self.value = value
    }
}

struct RequestTarget {
    let path: String
    let query: [QueryItem]
    /// Host and port of an absolute-form target, which override the Host field.
    let authority: String?

    /// `target` must be printable ASCII.
    init(_ target: String, method: String) throws(HTTPError) {
        let bytes = Array(target.utf8)
        guard !bytes.contains(UInt8(ascii: "#")) else {
            throw .badRequest("a request target has no fragment")
        }
        if target == "*" {
            guard method == "OPTIONS" else { throw .badRequest("'*' is for OPTIONS only") }
            (path, query, authority) = ("*", [], nil)
            return
        }
        guard method != "CONNECT" else {
            throw HTTPError(status: 501, reason: "this server is not a proxy")
        }
        let (authority, start) = try Self.authority(bytes)
        let mark = bytes[start...].firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
        self.authority = authority
        path = start == mark ? "/" : try Self.path(bytes.span.extracting(start..<mark))
        query = try Self.query(bytes[mark...].dropFirst())
    }

    /// The authority of `http://authority/path`, if the target has that form, and the start of the
    /// path.
    private static func authority(_ bytes: [UInt8]) throws(HTTPError) -> (String?, Int) {
        if bytes.first == UInt8(ascii: "/") { return (nil, 0) }
        let text = String(decoding: bytes, as: UTF8.self)
        for scheme in ["http://", "https://"] {
            let prefix = text.prefix(scheme.utf8.count)
            guard ASCII.equalsIgnoringCase(prefix, scheme) else { continue }
            let start = scheme.utf8.count
            let end =
                bytes[start...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
                ?? bytes.count
            guard start < end, isHost(bytes.span.extracting(start..<end)) else { break }
            return (String(decoding: bytes[start..<end], as: UTF8.self), end)
        }
        throw .badRequest("the request target must begin with '/'")
    }

    private static func path(_ encoded: Span<UInt8>) throws(HTTPError) -> String {
        guard let path = PercentDecoding.decode(encoded, plusIsSpace: false) else {
            throw .badRequest("the path is not percent-encoded UTF-8")
        }
        let namesPerson = path.utf8.starts(with: people.utf8)
        for byte in path.utf8 {
            guard byte >= 0x20, byte != 0x7F, namesPerson || byte != UInt8(ascii: "\\") else {
                throw .badRequest("the path contains a control character or a backslash")
            }
        }
        // Checks the sent form too: no server on the way may read it as another path.
        guard !hasParentSegment(encoded), namesPerson || !hasParentSegment(path.utf8.span),
            !hasBackslash(encoded)
        else { throw .badRequest("the path must not contain '..' or a backslash") }
        return path
    }

    private static func hasBackslash(_ encoded: Span<UInt8>) -> Bool {
        for index in encoded.indices where encoded[index] == UInt8(ascii: "\\") { return true }
        return false
    }

    private static let people = "/api/people/"

    private static func hasParentSegment(_ path: Span<UInt8>) -> Bool {
        var (length, dots) = (0, 0)
        for index in path.indices {
            if path[index] == UInt8(ascii: "/") {
                if length == 2, dots == 2 { return true }
                (length, dots) = (0, 0)
            } else {
                length += 1
                if path[index] == UInt8(ascii: ".") { dots += 1 }
            }
        }
        return length == 2 && dots == 2
    }

    private static func query(_ bytes: ArraySlice<UInt8>) throws(HTTPError) -> [QueryItem] {
        var items: [QueryItem] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            items.append(
                QueryItem(
                    name: ExactText(try queryText(pair[..<equals])),
                    value: try queryText(pair[equals...].dropFirst())))
        }
        return items
    }

    private static func queryText(_ bytes: ArraySlice<UInt8>) throws(HTTPError) -> String {
        guard let text = PercentDecoding.decode(bytes.span, plusIsSpace: true) else {
            throw .badRequest("the query is not percent-encoded UTF-8")
        }
        return text
    }

    /// The characters of `uri-host [":" port]` (RFC 9110 §7.2), without the comma, which can join
    /// two hosts into one.
    static func isHost(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: "%"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"),
                UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
                UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
                UInt8(ascii: ";"), UInt8(ascii: "="):
                continue
            case let byte:
                guard ASCII.isDigit(byte) || ASCII.isLetter(byte) else { return false }
            }
        }
        return true
    }
}
