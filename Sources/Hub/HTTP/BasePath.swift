// The path of a site under which the hub runs, such as `/support`.

package enum BasePath {
    /// Begins with a slash and ends without one; empty for the root. nil: not usable as a base
    /// path.
    package static func normalised(_ text: String) -> String? {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"))
        guard text.utf8.first == UInt8(ascii: "/"), !text.utf8.elementsEqual("//".utf8),
            parts.allSatisfy({ $0.allSatisfy(isPlain) && $0.contains { $0 != UInt8(ascii: ".") } })
        else { return nil }
        return parts.map { "/" + (String($0) ?? "") }.joined()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || Array("-._~".utf8).contains(byte)
    }

    /// The path below the base. A path outside it comes from a proxy that has removed the base.
    static func path(_ path: String, below base: String) -> String {
        guard !base.isEmpty, path.utf8.starts(with: base.utf8) else { return path }
        let rest = path.utf8.dropFirst(base.utf8.count)
        if rest.isEmpty { return "/" }
        return rest.first == UInt8(ascii: "/") ? String(rest) ?? path : path
    }

    /// A header whose value is a path of the hub, with the base in front.
    static func header(_ header: (String, String), below base: String) -> (String, String) {
        header.0 == "Location" && header.1.utf8.first == UInt8(ascii: "/")
            ? (header.0, base + header.1) : header
    }

    /// Adds the base to a page's links, and to its scripts by `<meta name="guichet-base">`.
    static func page(_ html: [UInt8], below base: String) -> [UInt8] {
        guard !base.isEmpty else { return html }
        var text = String(decoding: html, as: UTF8.self)
        for attribute in ["href", "src", "action"] {
            text.replace("\(attribute)=\"/", with: "\(attribute)=\"\(base)/")
        }
        if let head = text.firstRange(of: "<head>") {
            text.insert(
                contentsOf: "\n    <meta name=\"guichet-base\" content=\"\(base)\">",
                at: head.upperBound)
        }
        return Array(text.utf8)
    }
}
