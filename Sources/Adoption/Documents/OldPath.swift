// Candidate paths below a folder for a file that an old document names by a URL, a path on the old
// machine, or a name. No candidate is outside the folder.

package struct OldPath {
    /// The parts of each path, the most telling first: the whole path, then without its first
    /// parts, at last the base name.
    package let candidates: [[String]]
    /// The query of a URL, without its question mark; empty: none.
    package let query: String

    private static let partsMax = 16

    package init(_ place: String) {
        let path = Self.withoutOrigin(place)
        let mark = path.utf8.firstIndex(of: UInt8(ascii: "?"))
        query = mark.map { String(path[path.utf8.index(after: $0)...]) } ?? ""
        let plain = mark.map { String(path[..<$0]) } ?? path
        var found: [[String]] = []
        for text in [path, plain, Self.decoded(plain)].compactMap({ $0 }) {
            for parts in Self.suffixes(text) where !found.contains(parts) { found.append(parts) }
        }
        candidates = found
    }

    /// `https://host/a/b` is `/a/b`.
    private static func withoutOrigin(_ place: String) -> String {
        guard let colon = place.firstRange(of: "://"),
            place[..<colon.lowerBound].utf8.allSatisfy({
                (0x61...0x7A).contains($0 | 0x20) || (0x2B...0x39).contains($0)
            })
        else { return place }
        let rest = place[colon.upperBound...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
    }

    private static func suffixes(_ path: String) -> [[String]] {
        // Text that ends at a NUL in C could name another file.
        guard !path.utf8.contains(0) else { return [] }
        let parts = path.utf8.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
            .map { String(Substring($0)) }.filter { $0 != "." }
        guard let base = parts.last, base != ".." else { return [] }
        guard !parts.contains(".."), parts.count <= partsMax else { return [[base]] }
        return parts.indices.map { Array(parts[$0...]) }
    }

    /// nil: nothing is encoded, or not UTF-8.
    private static func decoded(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return nil }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2,
                digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt8(digits, radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
