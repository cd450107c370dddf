// Base64, numbers and UTF-8: the small readers that larger ones use, against a reference.

import Text

@testable import Tickets
@testable import Wire

enum TextFuzz {
    @Sendable static func run(_ bytes: [UInt8]) {
        requireUTF8Verdict(bytes)
        require(Base64.decode(Base64.encode(bytes)) == bytes, "base64 returns")
        require(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes, "base64url returns")
        guard let text = String(validating: bytes) else { return }
        if let value = Base64.decode(text) {
            require(Base64.encode(value) == text, "a value has one spelling in base64")
        }
        if let value = Base64.decodeURL(text) {
            require(Base64.encodeURL(value) == text, "a value has one spelling in base64url")
        }
        requireNumber(text)
        requireWords(text)
    }

    /// Words contain no syntax of a store; and each word is found in its text.
    private static func requireWords(_ text: String) {
        let words = SearchText.folded(text)
        let known = Set(SearchText.words(words))
        for word in known {
            let again = SearchText.words(SearchText.folded(word.string))
            // Digits by themselves may be a telephone number, which is found by more forms.
            let isNumber = word.utf8.allSatisfy { (0x30...0x39).contains($0) }
            require(
                again.contains(word) && (isNumber || known.isSuperset(of: again)),
                "a word stays one: \(word)")
        }
        let isPlain = words.unicodeScalars.allSatisfy { scalar in
            scalar == " " || scalar.properties.numericType != nil || scalar.isMark
                || (scalar.properties.isAlphabetic && !scalar.properties.isUppercase)
        }
        require(isPlain, "words have small letters and digits: \(words)")
        let query = SearchWords(text)
        require(query.isFound(in: [words]) == !query.isEmpty, "a text is found in itself")
    }

    private static func requireUTF8Verdict(_ bytes: [UInt8]) {
        var pieces = Pieces(for: bytes)
        var validator = UTF8Validator()
        var isFed = true
        for piece in pieces.cut(bytes) { isFed = validator.feed(piece) && isFed }
        require(isFed || !validator.isComplete, "a bad byte is never forgotten")
        let isText = (try? UTF8Span(validating: bytes.span)) != nil
        require((isFed && validator.isComplete) == isText, "both readers of UTF-8 agree")
    }

    private static func requireNumber(_ text: String) {
        let isDigits = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let expected = isDigits && text.utf8.count <= 18 ? Int(text) : nil
        require(Decimal.parse(text) == expected, "both readers of numbers agree on \(text)")
        guard let expected else { return }
        var written: [UInt8] = []
        Decimal.append(Int64(expected), to: &written)
        require(Decimal.parse(written.span) == expected, "a number returns")
    }
}

extension Unicode.Scalar {
    /// Viramas and vowels of some scripts belong to words, although Unicode calls them no letters.
    fileprivate var isMark: Bool {
        [.nonspacingMark, .spacingMark].contains(properties.generalCategory)
    }
}
