// Validates addresses for envelopes and headers, so that the content of a token cannot add a line
// or a recipient. Domains of any script are sent in ASCII (RFC 5891); a local part beyond ASCII
// needs a server with SMTPUTF8 (RFC 6531).

import Text
import Wire

package struct MailAddress: Sendable, Hashable {
    package let name: String?
    /// With the domain in ASCII.
    package let address: String

    /// nil: not an address. Blanks around it are ignored.
    package init?(name: String? = nil, _ address: String) {
        guard let address = Self.wireForm(of: address) else { return nil }
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

    /// The value for a header.
    var header: String {
        guard let name else { return address }
        return "\(HeaderText.phrase(name)) <\(address)>"
    }

    private static let bytesMax = 254

    /// The dot-atom form of RFC 5322 section 3.4.1, which is the usual one, with the letters of RFC
    /// 6531.
    private static func wireForm(of text: String) -> String? {
        guard text.utf8.count <= 4 * bytesMax else { return nil }
        let parts = trimmed(text).split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, isLocalPart(parts[0]), let domain = domain(parts[1]) else {
            return nil
        }
        let address = "\(OneLine.composed(String(parts[0])))@\(domain)"
        return address.utf8.count <= bytesMax ? address : nil
    }

    private static func trimmed(_ text: String) -> Substring {
        var rest = text[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }

    private static func isLocalPart(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.unicodeScalars.allSatisfy { scalar in
                    isASCIILetterOrDigit(scalar)
                        || "!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains(scalar)
                        || isForeignLetter(scalar)
                }
        }
    }

    /// Each label in ASCII; full stops of other scripts separate labels too (RFC 3490 section 3.1).
    private static func domain(_ text: Substring) -> String? {
        let labels = Punycode.mapped(text).split(omittingEmptySubsequences: false) {
            $0 == "." || $0 == "\u{3002}" || $0 == "\u{FF0E}" || $0 == "\u{FF61}"
        }
        var ascii: [String] = []
        for label in labels {
            let isPlain = label.unicodeScalars.allSatisfy {
                isASCIILetterOrDigit($0) || $0 == "-" || isForeignLetter($0)
            }
            let isWhole = !label.hasPrefix("-") && !label.hasSuffix("-")
            guard !label.isEmpty, isPlain, isWhole, let form = Punycode.label(label) else {
                return nil
            }
            ascii.append(form)
        }
        return ascii.joined(separator: ".")
    }

    private static func isASCIILetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "A"..."Z", "a"..."z": true
        default: false
        }
    }

    /// Letters, digits and marks beyond ASCII; none can end a line, an address or a list.
    private static func isForeignLetter(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return false }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .decimalNumber:
            true
        default: false
        }
    }
}
