// Public keys in PEM, several in one text.

/// A public key in PEM, with its name in tokens.
package struct NamedKey: Sendable, Equatable {
    /// The `kid` of its tokens; nil: none.
    package let name: String?
    package let pem: [UInt8]

    package init(name: String?, pem: [UInt8]) {
        self.name = name
        self.pem = pem
    }

    /// The keys of a text, each from its BEGIN to its END. A line `kid: NAME` before a key names
    /// it. A text without keys is returned whole, so that its reader reports the error.
    package static func all(in text: [UInt8]) -> [NamedKey] {
        var keys: [NamedKey] = []
        var name: String?
        var block: [UInt8]?
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.starts(with: Array("-----BEGIN ".utf8)) { block = [] }
            if block != nil {
                block?.append(contentsOf: line)
                block?.append(UInt8(ascii: "\n"))
            } else if let given = kid(line) {
                name = given
            }
            guard line.starts(with: Array("-----END ".utf8)), let whole = block else { continue }
            keys.append(NamedKey(name: name, pem: whole))
            (name, block) = (nil, nil)
        }
        if let unfinished = block { keys.append(NamedKey(name: name, pem: unfinished)) }
        return keys.isEmpty ? [NamedKey(name: nil, pem: text)] : keys
    }

    /// `kid: NAME`, also after a `#`.
    private static func kid(_ line: ArraySlice<UInt8>) -> String? {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var rest = line.drop { isBlank($0) || $0 == UInt8(ascii: "#") }
        guard rest.starts(with: Array("kid:".utf8)) else { return nil }
        rest = rest.dropFirst(4).drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
    }
}
