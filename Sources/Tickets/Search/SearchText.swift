// Text as the search sees it: words in lower case without accents. Both stores keep what this page
// makes and ask with what it makes, so they find the same.

package enum SearchText {
    /// Bytes of a word that count; the rest of a longer one is left out, here as in a question.
    package static let wordBytesMax = 64

    /// The words of `text`, one space between them.
    ///
    /// A word is a run of letters, marks and digits; an ideograph is a word by itself. A ticket's
    /// ref is one word, `t1042`, and its number another, so that either finds it.
    package static func folded(_ text: String) -> String { fold(text, splitsRefs: true) }

    /// The words of a folded text. A mark that begins a word is one character with the space before it,
    /// so they are told apart by scalars.
    package static func words(_ folded: String) -> [String] {
        folded.unicodeScalars.split(separator: " ").map { String($0) }
    }

    /// The same for what is looked for: there `T-1042` is the ref alone.
    static func question(_ text: String) -> String { fold(text, splitsRefs: false) }

    private static func fold(_ text: String, splitsRefs: Bool) -> String {
        var folder = WordFolder(splitsRefs: splitsRefs)
        folder.reserve(text.utf8.count)
        for scalar in text.unicodeScalars { folder.take(scalar) }
        return folder.finish()
    }
}

/// Takes text scalar by scalar and gives words.
private struct WordFolder {
    private static let space = UInt8(ascii: " ")
    private static let letterT = UInt8(ascii: "t")

    private let splitsRefs: Bool
    private var bytes: [UInt8] = []
    private var wordStart = 0
    /// The word so far is `t-` and digits, or may become it.
    private var ref = RefState.none

    private enum RefState {
        case none, hyphen, digits
    }

    init(splitsRefs: Bool) { self.splitsRefs = splitsRefs }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count + 16) }

    mutating func take(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            takeASCII(UInt8(truncatingIfNeeded: scalar.value))
        } else {
            takeOther(scalar)
        }
    }

    private mutating func takeASCII(_ byte: UInt8) {
        switch byte {
        case 0x61...0x7A: letter(byte)
        case 0x41...0x5A: letter(byte | 0x20)
        case 0x30...0x39: digit(byte)
        case UInt8(ascii: "-") where ref == .none && bytes[wordStart...] == [Self.letterT]:
            ref = .hyphen
        default: endWord()
        }
    }

    private mutating func letter(_ byte: UInt8) {
        // `t-shirt` is two words, and so is `t-12b`.
        if ref != .none { endWord() }
        append(byte)
    }

    private mutating func digit(_ byte: UInt8) {
        if ref == .hyphen { ref = .digits }
        append(byte)
    }

    private mutating func append(_ byte: UInt8) {
        if bytes.count - wordStart < SearchText.wordBytesMax { bytes.append(byte) }
    }

    private mutating func takeOther(_ scalar: Unicode.Scalar) {
        switch LatinFolding.form(of: scalar) {
        case .letters(let letters):
            for byte in letters.utf8 { letter(byte) }
        case .accent: break
        case .word:
            if ref != .none { endWord() }
            appendLowercase(scalar)
        case .ideograph:
            endWord()
            appendLowercase(scalar)
            endWord()
        case .gap: endWord()
        }
    }

    /// Whole or not at all, so that a word ends at a scalar.
    private mutating func appendLowercase(_ scalar: Unicode.Scalar) {
        let form = scalar.properties.lowercaseMapping.utf8
        if bytes.count - wordStart + form.count <= SearchText.wordBytesMax {
            bytes.append(contentsOf: form)
        }
    }

    private mutating func endWord() {
        let isRef = ref == .digits
        ref = .none
        guard bytes.count > wordStart else { return }
        let number = bytes[(wordStart + 1)...]
        bytes.append(Self.space)
        if isRef && splitsRefs {
            bytes.append(contentsOf: number)
            bytes.append(Self.space)
        }
        wordStart = bytes.count
    }

    mutating func finish() -> String {
        endWord()
        if bytes.last == Self.space { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
