// Origins as browsers send them (RFC 6454, WHATWG URL): scheme, host, and a port other than the
// scheme's default.

import Glibc
import Text
import Wire

/// Why a text is not an origin, and what would be one.
package struct OriginError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

package enum Origin {
    /// Schemes of web pages, and of applications and extensions built from them.
    private static let schemes: [(name: String, port: Int?)] = [
        ("https", 443), ("http", 80), ("capacitor", nil), ("ionic", nil), ("tauri", nil),
        ("chrome-extension", nil), ("moz-extension", nil), ("safari-web-extension", nil),
    ]
    private static let hostBytesMax = 253

    /// The form in which browsers send this origin: lower case, without the default port, other
    /// scripts as `xn--`. `text` is in normal form C. Drops one slash at the end; refuses anything
    /// else that is not an origin.
    package static func normalised(_ text: String) throws(OriginError) -> String {
        if text == "*" || text.contains("*") {
            throw OriginError(
                description: "a wildcard matches nothing; name each origin, as in https://a.example"
            )
        }
        if text.lowercased() == "null" {
            throw OriginError(
                description:
                    "“null” is the origin of every sandboxed page of the world; leave it out")
        }
        guard let mark = text.firstRange(of: "://") else {
            throw OriginError(description: "it needs a scheme, as in https://\(text)")
        }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard let known = schemes.first(where: { $0.name.utf8.elementsEqual(scheme.utf8) }) else {
            throw OriginError(
                description: "no browser sends the scheme “\(scheme)”; use https:// or http://")
        }
        var rest = text[mark.upperBound...]
        if rest.utf8.last == UInt8(ascii: "/") { rest.removeLast() }
        if rest.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw OriginError(description: "it has a blank in it; separate origins with commas")
        }
        if rest.utf8.contains(UInt8(ascii: "@")) {
            throw OriginError(description: "an origin has no user; leave out what is before the @")
        }
        if let end = rest.utf8.firstIndex(where: { Array("/?#\\".utf8).contains($0) }) {
            throw OriginError(
                description: "an origin has no path; use \(scheme)://\(rest[..<end])")
        }
        let (host, port) = try split(rest)
        let name = try self.host(host)
        let suffix = port.map { $0 == known.port ? "" : ":\($0)" } ?? ""
        return "\(scheme)://\(name)\(suffix)"
    }

    /// Longest text that can be an origin: a host in another script takes more bytes than as `xn--`.
    private static let bytesMax = 1024

    /// `text` as sent in a header, in the form of `normalised`; nil when it is no origin.
    static func recognised(_ text: String) -> ExactText? {
        guard text.utf8.count <= bytesMax else { return nil }
        return (try? normalised(OneLine.composed(text))).map { ExactText($0) }
    }

    /// The origin of the page with this address; nil when it has none.
    static func recognised(ofPage address: String) -> ExactText? {
        guard let mark = address.firstRange(of: "://") else { return nil }
        let rest = address[mark.upperBound...]
        let end = rest.utf8.firstIndex { Array("/?#\\".utf8).contains($0) } ?? rest.endIndex
        return recognised(String(address[..<end]))
    }

    private static func split(_ text: Substring) throws(OriginError) -> (Substring, Int?) {
        let bracket = text.utf8.lastIndex(of: UInt8(ascii: "]")) ?? text.startIndex
        guard let colon = text[bracket...].utf8.lastIndex(of: UInt8(ascii: ":")) else {
            return (text, nil)
        }
        let digits = text[text.utf8.index(after: colon)...]
        if digits.isEmpty { return (text[..<colon], nil) }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (1...65535).contains(port)
        else { throw OriginError(description: "“\(digits)” is not a port; use 1 to 65535") }
        return (text[..<colon], port)
    }

    private static func host(_ text: Substring) throws(OriginError) -> String {
        guard !text.isEmpty else {
            throw OriginError(description: "it has no host, as in https://a.example")
        }
        if text.utf8.first == UInt8(ascii: "[") { return try sixthVersion(text) }
        var labels: [String] = []
        for label in Punycode.mapped(text).split(separator: ".", omittingEmptySubsequences: false) {
            guard !label.isEmpty, label.unicodeScalars.allSatisfy(isOfName),
                let encoded = Punycode.label(label)
            else {
                throw OriginError(
                    description: "“\(text)” is not the name of a host; use letters, digits, - and ."
                )
            }
            labels.append(encoded)
        }
        let name = labels.joined(separator: ".")
        guard name.utf8.count <= hostBytesMax else {
            throw OriginError(description: "its host has more than \(hostBytesMax) bytes")
        }
        // Browsers take a host that ends in a number for an address, and rewrite its form.
        if let last = labels.last?.utf8.first, (0x30...0x39).contains(last) {
            var address = in_addr()
            guard unsafe inet_pton(AF_INET, name, &address) == 1 else {
                throw OriginError(
                    description:
                        "“\(text)” is not an IPv4 address; write four numbers, as in 192.0.2.1")
            }
        }
        return name
    }

    private static func sixthVersion(_ text: Substring) throws(OriginError) -> String {
        var address = in6_addr()
        var written = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard text.utf8.last == UInt8(ascii: "]"),
            unsafe inet_pton(AF_INET6, String(text.dropFirst().dropLast()), &address) == 1,
            unsafe inet_ntop(AF_INET6, &address, &written, socklen_t(written.count)) != nil
        else {
            throw OriginError(description: "“\(text)” is not an IPv6 address, as in [2001:db8::1]")
        }
        let bytes = written.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "[\(String(decoding: bytes, as: UTF8.self))]"
    }

    /// Letters with their marks, digits, `-` and `_`.
    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar == "-" || scalar == "_" || ("a"..."z").contains(scalar)
                || ("0"..."9").contains(scalar)
        }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark,
            .decimalNumber:
            return true
        default: return false
        }
    }
}
