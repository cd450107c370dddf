// What one character outside ASCII is to a search. Letters of the Latin script lose their accents
// and ligatures; others are only lower-cased.

enum LatinFolding {
    enum Form: Equatable {
        /// Lower-case ASCII letters or digits.
        case letters(String)
        /// A combining accent: it is left out.
        case accent
        /// A letter, mark or digit of another script.
        case word
        /// A word by itself.
        case ideograph
        /// Whatever stands between words.
        case gap
    }

    static func form(of scalar: Unicode.Scalar) -> Form {
        switch scalar.value {
        case ..<UInt32(common.count): common[Int(scalar.value)]
        case 0x300...0x36F: .accent
        // Full-width letters and digits.
        case 0xFF10...0xFF19: letters(scalar.value - 0xFF10 + 0x30)
        case 0xFF21...0xFF3A: letters(scalar.value - 0xFF21 + 0x61)
        case 0xFF41...0xFF5A: letters(scalar.value - 0xFF41 + 0x61)
        default: computed(scalar)
        }
    }

    private static func letters(_ value: UInt32) -> Form {
        .letters(String(UnicodeScalar(UInt8(truncatingIfNeeded: value))))
    }

    /// Latin-1 and Latin Extended-A and -B, made once: asking a character's name takes long.
    private static let common: [Form] = (0..<0x250).map { value in
        UnicodeScalar(value as UInt32).map(computed) ?? .gap
    }

    private static func computed(_ scalar: Unicode.Scalar) -> Form {
        if let letters = exceptions[scalar] { return .letters(letters) }
        let properties = scalar.properties
        // What its small letter is, so that no case makes a difference.
        let small = properties.lowercaseMapping.unicodeScalars
        if small.count == 1, let small = small.first, small != scalar { return computed(small) }
        if properties.isIdeographic { return .ideograph }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter:
            return baseLetter(of: scalar).map { .letters($0) } ?? .word
        case .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
            .enclosingMark,
            .decimalNumber, .letterNumber, .otherNumber:
            return .word
        // Zero-width and bidirectional signs stand inside of words and mean nothing there.
        case .format: return .accent
        default: return .gap
        }
    }

    /// "LATIN SMALL LETTER E WITH ACUTE": the Unicode names say what a letter is made of.
    private static func baseLetter(of scalar: Unicode.Scalar) -> String? {
        let prefix = "LATIN SMALL LETTER "
        guard let name = scalar.properties.name, name.hasPrefix(prefix) else { return nil }
        let words = name.dropFirst(prefix.count).split(separator: " ")
        guard let letter = words.first, letter.utf8.count == 1,
            words.count == 1 || words[1] == "WITH"
        else { return nil }
        return letter.lowercased()
    }

    /// What the names do not tell.
    private static let exceptions: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "ǽ": "ae", "ǣ": "ae", "œ": "oe", "ĳ": "ij", "ı": "i", "İ": "i",
        "þ": "th", "ð": "d", "ŉ": "n", "ſ": "s", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi",
        "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ª": "a", "º": "o", "¹": "1", "²": "2", "³": "3",
    ]
}
