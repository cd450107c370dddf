// A chain of words without a space between them, as the folder passes it to its sink.

/// A chain: letters without a space. One word, or several joined by hyphens or by the dots of an
/// acronym or a version.
struct WordChain {
    /// The letters of all words, as folded UTF-8.
    var letters: [UInt8] = []
    /// Where each word ends in `letters`.
    var ends: [Int] = []
    /// Joined by dots: `U.S.A.`
    var isDotted = false
    /// Joined by the points between numbers: `v2.1.3`
    var isPointed = false
    /// The last sign before it; nil: a blank, or nothing.
    var signBefore: UInt32?

    var count: Int { ends.count }

    func word(_ index: Int) -> ArraySlice<UInt8> {
        letters[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// Several words as one.
    func joined(_ range: Range<Int>) -> ArraySlice<UInt8> {
        let start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
        let end = ends[range.upperBound - 1]
        // A scalar is never cut.
        var last = min(end, start + SearchText.wordBytesMax)
        while last < end, last > start, letters[last] & 0xC0 == 0x80 { last -= 1 }
        return letters[start..<last]
    }

    /// Dots join single letters only.
    var isJoined: Bool {
        count > 1 && (!isDotted || (0..<count).allSatisfy { word($0).count == 1 })
    }

    /// The numbers between the points, without the part before the first, as in `v2.1`.
    var numbers: [ArraySlice<UInt8>] {
        (0..<count).map { index in
            let word = word(index)
            return index == 0
                ? word[(word.lastIndex { !Self.isDigit($0) }.map { $0 + 1 } ?? word.startIndex)...]
                : word
        }
    }

    /// Each pair of neighbouring numbers, as one.
    var numberPairs: [ArraySlice<UInt8>] {
        zip(numbers, numbers.dropFirst()).map { pair in
            (Array(pair.0) + pair.1).prefix(SearchText.wordBytesMax)
        }
    }

    /// A day and a month, and a year of four digits: others write a date without points.
    var isDate: Bool {
        let sizes = numbers.map(\.count)
        return sizes.count == 3
            && (sizes[2] == 4 && sizes[0] <= 2 && sizes[1] <= 2
                || sizes[0] == 4 && sizes[1] <= 2 && sizes[2] <= 2)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// It begins with `t-` and a number: a ticket's ref.
    var beginsWithRef: Bool {
        count > 1 && !isDotted && !isPointed
            && word(0).elementsEqual(CollectionOfOne(UInt8(ascii: "t")))
            && Self.isNumber(word(1))
    }

    static func isNumber(_ word: some Collection<UInt8>) -> Bool {
        !word.isEmpty && word.count <= 15 && word.allSatisfy { (0x30...0x39).contains($0) }
    }
}
