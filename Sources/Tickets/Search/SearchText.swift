// Normalises text for the search: words in lower case without accents. Both stores use it for their
// indexes and for queries, so they find the same.

package import Text

package enum SearchText {
    /// Raise it with every change of the folding or of a ticket's words: stores then rebuild their
    /// indexes.
    package static let version = 4

    /// Bytes of a word that count; the rest of a longer word is left out, in the index and in
    /// queries.
    package static let wordBytesMax = 64

    /// The words of `text`, one space between them. Its cost is linear.
    ///
    /// A word is a run of letters, marks and digits. Words joined by hyphens are indexed each
    /// alone, with their neighbour, and all as one: `e-mail` is `e`, `mail` and `email`. A ticket's
    /// ref is one word, `t1042`, and its number another, so that either finds it. Numbers between
    /// points are words, alone and with their neighbour: `v2.1.3` is `v2`, `2`, `1`, `3`, `21` and
    /// `13`. The digits of a telephone number are one word, and another without the country and the
    /// zero. In scripts without spaces each character is a word, alone and with the next.
    package static func folded(_ text: String) -> String {
        var sink = IndexSink()
        sink.bytes.reserveCapacity(text.utf8.count + 16)
        var folder = WordFolder(sink)
        folder.take(text)
        return folder.finish().text
    }

    /// The words of a folded text. A mark that begins a word forms one character with the space
    /// before it, so words are split by bytes.
    package static func words(_ folded: String) -> [ExactText] {
        folded.utf8.split(separator: 0x20).map { ExactText(Substring($0)) }
    }
}

/// Collects every form in which a word can be asked for.
private struct IndexSink: WordSink {
    var bytes: [UInt8] = []
    /// Start of a possible telephone number.
    private var numberStart = 0

    private static let space = UInt8(ascii: " ")

    mutating func take(_ chain: WordChain) {
        if chain.count == 1 { return add(chain.word(0)) }
        if chain.beginsWithRef {
            add(chain.joined(0..<2))
            for index in 1..<chain.count { add(chain.word(index)) }
            return
        }
        for index in 0..<chain.count { add(chain.word(index)) }
        if chain.isPointed {
            if let first = chain.numbers.first, first.count < chain.word(0).count { add(first) }
            for pair in chain.numberPairs { add(pair) }
            return
        }
        guard chain.isJoined else { return }
        if chain.count > 2, !chain.isDotted {
            for index in 1..<chain.count { add(chain.joined(index - 1..<index + 1)) }
        }
        add(chain.joined(0..<chain.count))
    }

    mutating func take(plain word: Span<UInt8>, signBefore: UInt32?) {
        let count = min(word.count, SearchText.wordBytesMax)
        bytes.append(addingCapacity: count + 1) { text in
            for index in 0..<count { text.append(word[index] | 0x20) }
            text.append(Self.space)
        }
    }

    mutating func take(run: [UInt32]) {
        for index in run.indices {
            append(run[index])
            bytes.append(Self.space)
            guard index + 1 < run.count else { continue }
            append(run[index])
            append(run[index + 1])
            bytes.append(Self.space)
        }
    }

    mutating func beginNumber() { numberStart = bytes.count }

    mutating func take(numbers: [PhoneNumber]) {
        for word in numbers.flatMap(\.words) {
            let isThere = bytes[numberStart...].split(separator: Self.space)
                .contains { $0.elementsEqual(word) }
            if !isThere { add(word) }
        }
    }

    private mutating func add(_ word: ArraySlice<UInt8>) {
        guard !word.isEmpty else { return }
        bytes.append(contentsOf: word)
        bytes.append(Self.space)
    }

    private mutating func append(_ value: UInt32) {
        guard let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else { return }
        bytes.append(contentsOf: encoded)
    }

    var text: String { String(decoding: bytes.dropLast(), as: UTF8.self) }
}
