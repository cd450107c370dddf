// Addresses as they may stand in an envelope and a header: plain ASCII, so that nothing a token says
// can add a line or a recipient.

package struct MailAddress: Sendable, Hashable {
    package let name: String?
    package let address: String

    package init?(name: String? = nil, _ address: String) {
        guard Self.isAddress(address) else { return nil }
        self.name = name.flatMap { $0.isEmpty ? nil : $0 }
        self.address = address
    }

    /// `support@example.com` or `Support <support@example.com>`.
    package init?(parsing text: String) {
        guard let open = text.lastIndex(of: "<"), text.hasSuffix(">") else {
            self.init(text)
            return
        }
        var name = text[..<open].drop(while: \.isWhitespace)
        while name.last?.isWhitespace == true { name.removeLast() }
        if name.count >= 2, name.first == "\"", name.last == "\"" {
            name = name.dropFirst().dropLast()
        }
        self.init(name: String(name), String(text[text.index(after: open)...].dropLast()))
    }

    package var domain: String { String(address.split(separator: "@").last ?? "") }

    /// The header's value.
    var header: String {
        guard let name else { return address }
        return "\(HeaderText.phrase(name)) <\(address)>"
    }

    /// The dot-atom form of RFC 5322 section 3.4.1, which is what people have.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, isDotted(parts[0], isAtomCharacter),
            isDotted(parts[1], isDomainCharacter)
        else { return false }
        return true
    }

    private static func isDotted(_ text: Substring, _ isAllowed: (UInt8) -> Bool) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy(isAllowed)
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    private static func isAtomCharacter(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomainCharacter(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-")
    }
}
