// Parses a search question and defines when a ticket matches. The stores answer from their indexes
// and must agree with this definition; the live queue uses it directly.

package import Text

package struct SearchWords: Hashable, Sendable {
    /// Characters of a question.
    package static let questionMax = 200
    /// Terms that count. More come only of pasted text in scripts without blanks.
    package static let termsMax = 64

    package enum Word: Hashable, Sendable {
        /// It stands as it is.
        case whole(ExactText)
        /// A word begins with this, at least two characters long: the last one, which may still be
        /// being typed. What begins with one letter is most of all there is.
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

    /// A word, or several that a hyphen, the points of a version or a telephone number hold together.
    package struct Term: Hashable, Sendable {
        /// One of these must be found, of which all words must be. The longest is the first.
        package let ways: [[Word]]

        package func isFound(in words: Set<ExactText>) -> Bool {
            ways.contains { way in way.allSatisfy { $0.isFound(in: words) } }
        }
    }

    /// Each once. All of them must be found.
    package let terms: [Term]
    /// Numbers of tickets that are named, as `Re: [T-1042] …` names one. These are found whatever else is
    /// asked for.
    package let numbers: [Int]

    package init(_ text: String) {
        var folder = WordFolder(QuestionSink())
        folder.take(text)
        let sink = folder.finish()
        terms = Array(sink.terms.prefix(Self.termsMax))
        numbers = sink.numbers
    }

    /// A question of signs only has none, and finds nothing.
    package var isEmpty: Bool { terms.isEmpty }

    package func isFound(in words: Set<ExactText>) -> Bool {
        !isEmpty && terms.allSatisfy { $0.isFound(in: words) }
    }

    package func isFound(in texts: [String]) -> Bool {
        isFound(in: Set(texts.flatMap(SearchText.words)))
    }
}

/// What a question asks of each word.
private struct QuestionSink: WordSink {
    typealias Term = SearchWords.Term

    private var found: [Term] = []
    /// What the last term is when nothing follows it.
    private var lastOpen: Term?
    private(set) var numbers: [Int] = []
    /// The chain before was `t`, with no apostrophe before it.
    private var isAfterT = false
    /// How many terms there were when a telephone number may have begun.
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
            // In any other order it is another version.
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

    /// All that was asked for since then as it is, or the number however it is written.
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

    /// `T-1042` with whatever dash, `T 1042`, `T1042`, `#1042`.
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
