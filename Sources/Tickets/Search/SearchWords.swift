// Parses a search query and defines when a ticket matches. The stores answer from their indexes
// and must agree with this definition; the live queue uses it directly.

package import Text

package struct SearchWords: Hashable, Sendable {
    /// Limit of characters in a query.
    package static let queryMax = 200
    /// Limit of terms. More come only from pasted text in scripts without spaces.
    package static let termsMax = 64

    package enum Word: Hashable, Sendable {
        /// The whole word.
        case whole(ExactText)
        /// A prefix of a word, at least two characters long: the last word, which may still be
        /// incomplete. A single letter would match too much.
        case beginning(ExactText)

        package var text: ExactText {
            switch self {
            case .whole(let text), .beginning(let text): text
            }
        }

        package func isFound(in words: Set<ExactText>) -> Bool {
            switch self {
            case .whole(let text): words.contains(text)
            case .beginning(let text):
                words.contains { $0.utf8.starts(with: text.utf8) }
            }
        }
    }

    /// A word, or several joined by a hyphen, by the points of a version or in a telephone number.
    package struct Term: Hashable, Sendable {
        /// Alternatives: one must be found, with all its words. The longest is the first.
        package let ways: [[Word]]

        package func isFound(in words: Set<ExactText>) -> Bool {
            ways.contains { way in way.allSatisfy { $0.isFound(in: words) } }
        }
    }

    /// Each once. All must be found.
    package let terms: [Term]
    /// Ticket numbers in the query, such as in `Re: [T-1042] …`. These tickets are always found.
    package let numbers: [Int]

    package init(_ text: String) {
        var folder = WordFolder(QuerySink())
        folder.take(text)
        let sink = folder.finish()
        terms = Array(sink.terms.prefix(Self.termsMax))
        numbers = sink.numbers
    }

    /// A query with only signs has no terms and finds nothing.
    package var isEmpty: Bool { terms.isEmpty }

    package func isFound(in words: Set<ExactText>) -> Bool {
        !isEmpty && terms.allSatisfy { $0.isFound(in: words) }
    }

    package func isFound(in texts: [String]) -> Bool {
        isFound(in: Set(texts.flatMap(SearchText.words)))
    }
}

/// Collects the terms of a query.
private struct QuerySink: WordSink {
    typealias Term = SearchWords.Term

    private var found: [Term] = []
    /// The last term if nothing follows it.
    private var lastOpen: Term?
    private(set) var numbers: [Int] = []
    /// The chain before was `t`, with no apostrophe before it.
    private var isAfterT = false
    /// Number of terms before a possible telephone number.
    private var numberStart = 0

    var terms: [Term] {
        var terms: [Term] = []
        var known: Set<Term> = []
        for term in found.dropLast(lastOpen == nil ? 0 : 1) + (lastOpen.map { [$0] } ?? [])
        where known.insert(term).inserted {
            terms.append(term)
        }
        return terms
    }

    mutating func take(_ chain: WordChain) {
        noteNumber(chain)
        if chain.beginsWithRef {
            add(ways: [[chain.joined(0..<2)]])
            for index in 2..<max(2, chain.count) { add(ways: [[chain.word(index)]]) }
        } else if chain.isPointed {
            // In another order it is another version.
            let loose = chain.count == 2 || chain.isDate
            add(ways: loose ? [chain.numbers, chain.numberPairs] : [chain.numberPairs])
        } else if chain.isJoined {
            let words = (0..<chain.count).map { chain.word($0) }
            add(ways: [words, [chain.joined(0..<chain.count)]])
        } else {
            for index in 0..<chain.count { add(ways: [[chain.word(index)]]) }
        }
    }

    mutating func take(run: [UInt32]) {
        isAfterT = false
        lastOpen = nil
        let pairs = zip(run, run.dropFirst()).map { [$0, $1] }
        for characters in pairs.isEmpty ? [run] : pairs {
            var text = ""
            text.unicodeScalars.append(contentsOf: characters.compactMap { Unicode.Scalar($0) })
            found.append(Term(ways: [[.whole(ExactText(text))]]))
        }
    }

    mutating func beginNumber() { numberStart = found.count }

    /// Accepts either the terms since then, or the number in any spelling.
    mutating func take(numbers: [PhoneNumber]) {
        guard let number = numbers.first, found.count > numberStart else { return }
        let terms = found[numberStart...]
        let isAlone = terms.count == 1
        let asIs = isAlone ? terms[numberStart].ways : [terms.flatMap { $0.ways.first ?? [] }]
        var ways = asIs.map { way in way.map { Array($0.text.utf8)[...] } }
        let key = [number.key]
        if !ways.contains(where: { $0.elementsEqual(key) { $0.elementsEqual($1) } }) {
            ways.append(key)
        } else if isAlone {
            return
        }
        found.removeSubrange(numberStart...)
        add(ways: ways)
    }

    private mutating func add(ways: [[ArraySlice<UInt8>]]) {
        let texts = ways.map { way in way.map { ExactText(String(decoding: $0, as: UTF8.self)) } }
        found.append(Term(ways: texts.map { way in way.map { .whole($0) } }))
        lastOpen = Term(
            ways: texts.map { way in
                way.enumerated().map { index, text in
                    index == way.count - 1 && text.string.unicodeScalars.count > 1
                        ? .beginning(text) : .whole(text)
                }
            })
    }

    // MARK: Refs

    private static let hyphen = UInt32(UInt8(ascii: "-"))

    /// Notes `T-1042` with any dash, `T 1042`, `T1042`, `#1042`.
    private mutating func noteNumber(_ chain: WordChain) {
        let first = chain.word(0)
        let digits: ArraySlice<UInt8>? =
            if chain.beginsWithRef {
                chain.word(1)
            } else if first.first == UInt8(ascii: "t") {
                first.dropFirst()
            } else if isAfterT && (chain.signBefore == nil || chain.signBefore == Self.hyphen)
                || chain.signBefore == UInt32(UInt8(ascii: "#"))
            {
                first
            } else {
                nil
            }
        if let digits, WordChain.isNumber(digits),
            let number = Int(String(decoding: digits, as: UTF8.self)), !numbers.contains(number)
        {
            numbers.append(number)
        }
        isAfterT =
            chain.count == 1 && first.elementsEqual(CollectionOfOne(UInt8(ascii: "t")))
            && chain.signBefore != UInt32(UInt8(ascii: "'")) && chain.signBefore != 0x2019
    }
}
