// Cleans text of one line: titles, names, tags, projects. One rule for all, so that texts that look
// the same are the same, and a text stays one line in a list, a mail or a log.

@_spi(_Unicode) import Swift

package enum OneLine {
    /// Limit of consecutive combining marks (the stream-safe text of UAX #15). No script needs
    /// more; beyond it normalisation takes quadratic time.
    static let marksMax = 30

    /// `text` in NFC, without control characters, direction marks and line separators, and without
    /// white space and invisible characters around it. Empty when nothing visible is left. Takes
    /// linear time.
    package static func cleaned(_ text: ExactText) -> ExactText {
        ExactText(cleaned(text.string))
    }

    package static func cleaned(_ text: String) -> String {
        guard !isPlain(text.utf8.span) else { return text }
        var kept = String.UnicodeScalarView()
        var marks = 0
        for scalar in text.unicodeScalars where !scalar.breaksLine {
            // Only from U+0300 on, which avoids the table lookup for most scalars.
            let isMark =
                scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
            marks = isMark ? marks + 1 : 0
            if marks <= marksMax { kept.append(scalar) }
        }
        return normalised(trimmed(kept))
    }

    /// Printable ASCII without space at its ends: the usual case.
    private static func isPlain(_ bytes: Span<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return true }
        for index in bytes.indices where bytes[index] &- 0x20 >= 0x5F { return false }
        return bytes[0] != 0x20 && bytes[bytes.count - 1] != 0x20
    }

    private static func trimmed(_ scalars: String.UnicodeScalarView) -> Substring.UnicodeScalarView
    {
        guard let first = scalars.firstIndex(where: { !$0.isUnseen }),
            let last = scalars.lastIndex(where: { !$0.isUnseen })
        else { return scalars[scalars.endIndex...] }
        // Keeps a variation selector with the last character: a red heart, a flag.
        let end = scalars[last...].dropFirst().firstIndex { !$0.choosesForm } ?? scalars.endIndex
        return scalars[first..<end]
    }

    private static func normalised(_ scalars: Substring.UnicodeScalarView) -> String {
        composed(String(scalars))
    }

    /// `text` in NFC. Quadratic in a run of combining marks, so only for short text.
    package static func composed(_ text: String) -> String {
        guard !isNormal(text) else { return text }
        var composed = String.UnicodeScalarView()
        text._nfc.forEach { composed.append($0) }
        return String(composed)
    }

    /// Whether a quick look suffices to know that `text` is in NFC.
    private static func isNormal(_ text: String) -> Bool {
        var span = text.utf8Span
        return span.checkForNFC(quickCheck: true)
    }
}

extension String {
    /// Whether nothing is visible: white space and characters without width only.
    package var isBlank: Bool { unicodeScalars.allSatisfy(\.isUnseen) }
}

extension ExactText {
    package var isBlank: Bool { string.isBlank }
}

extension Unicode.Scalar {
    /// A control character, an end of line or paragraph, a direction mark, a byte order mark: they
    /// do not belong in one line, and change how the rest reads.
    var breaksLine: Bool {
        switch value {
        case 0x20..<0x7F: false
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F: true
        case 0xFEFF, 0xFFF9...0xFFFB, 0xFDD0...0xFDEF: true
        default: value & 0xFFFE == 0xFFFE
        }
    }

    /// Invisible: white space, fillers, and default-ignorable characters of Unicode.
    var isUnseen: Bool {
        switch value {
        case 0x21..<0x7F: false
        case 0x20, 0x2800, 0x1D159: true
        default:
            breaksLine || properties.isWhitespace || properties.isDefaultIgnorableCodePoint
        }
    }

    /// A variation selector or a tag, which chooses the form of the character before it.
    fileprivate var choosesForm: Bool {
        switch value {
        case 0xFE00...0xFE0F, 0xE0020...0xE007F, 0xE0100...0xE01EF: true
        default: false
        }
    }
}
