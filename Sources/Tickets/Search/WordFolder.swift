// Takes text scalar by scalar and gives what words are made of. What they become is the sink's: an
// index keeps more forms of a word than a question asks for.

/// Letters without a blank: one word, or several that hyphens or the dots of an acronym hold together.
struct WordChain {
    /// Of all words in a row, folded UTF-8.
    var letters: [UInt8] = []
    /// Where each word ends in `letters`.
    var ends: [Int] = []
    /// Held together by dots: `U.S.A.`
    var isDotted = false
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

    /// Dots hold single letters together and nothing else.
    var isJoined: Bool {
        count > 1 && (!isDotted || (0..<count).allSatisfy { word($0).count == 1 })
    }

    /// It begins with `t-` and a number: a ticket's ref.
    var beginsWithRef: Bool {
        count > 1 && !isDotted && word(0).elementsEqual(CollectionOfOne(UInt8(ascii: "t")))
            && Self.isNumber(word(1))
    }

    static func isNumber(_ word: some Collection<UInt8>) -> Bool {
        !word.isEmpty && word.count <= 15 && word.allSatisfy { (0x30...0x39).contains($0) }
    }
}

protocol WordSink {
    mutating func take(_ chain: WordChain)
    /// A chain of one word that begins with a letter: letters and digits of ASCII, capitals among them,
    /// of any length.
    mutating func take(plain word: Span<UInt8>, signBefore: UInt32?)
    /// Scalars of a script without blanks, at least one.
    mutating func take(run: [UInt32])
}

extension WordSink {
    mutating func take(plain word: Span<UInt8>, signBefore: UInt32?) {
        var chain = WordChain()
        for index in 0..<min(word.count, SearchText.wordBytesMax) {
            chain.letters.append(word[index] | 0x20)
        }
        chain.ends = [chain.letters.count]
        chain.signBefore = signBefore
        take(chain)
    }
}

struct WordFolder<Sink: WordSink> {
    /// Words that one chain has; the next one begins another.
    private static var chainMax: Int { 8 }

    private(set) var sink: Sink
    private var chain = WordChain()
    private var run: [UInt32] = []
    /// What stands between the chain so far and its next word.
    private var link: UInt8?
    private var signBefore: UInt32?
    /// Where the word that is being read begins in the chain's letters.
    private var wordStart = 0

    init(_ sink: Sink) { self.sink = sink }

    mutating func take(_ text: String) {
        let bytes = text.utf8.span
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if Self.isPlain(byte) {
                let start = index
                repeat { index += 1 } while index < bytes.count && Self.isPlain(bytes[index])
                let isWhole = index < bytes.count && Self.endsWord(bytes[index])
                takeLetters(bytes.extracting(start..<index), isWhole: isWhole)
            } else if byte < 0x80 {
                takeASCII(byte)
                index += 1
            } else {
                let count = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                take(Self.scalar(bytes.extracting(index..<index + count)))
                index += count
            }
        }
    }

    /// A letter or digit of ASCII. Nearly all text is made of them, so they are taken word by word. The
    /// bit 0x20 makes a capital small, and all others have it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".")
    }

    /// Of two to four bytes of a `String`, which are valid UTF-8.
    private static func scalar(_ bytes: Span<UInt8>) -> Unicode.Scalar {
        // Of the first byte, the bits below those that say how many bytes there are.
        var value = UInt32(bytes[0] & (0x7F >> UInt8(bytes.count)))
        for index in 1..<bytes.count { value = value << 6 | UInt32(bytes[index] & 0x3F) }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    mutating func finish() -> Sink {
        endRun()
        endChain()
        return sink
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        if let targets = Folding.targets(of: scalar.value) {
            for target in targets { takeFolded(target) }
        } else {
            takeOther(scalar)
        }
    }

    private mutating func takeFolded(_ value: UInt32) {
        if value < 0x80 {
            takeASCII(UInt8(value))
        } else if let scalar = Unicode.Scalar(value) {
            takeOther(scalar)
        }
    }

    private mutating func takeASCII(_ byte: UInt8) {
        switch byte {
        case 0x61...0x7A, 0x30...0x39: letter(byte)
        case 0x41...0x5A: letter(byte | 0x20)
        case UInt8(ascii: "-"): hyphen()
        case UInt8(ascii: "."): dot()
        default: gap(UInt32(byte))
        }
    }

    private mutating func takeOther(_ scalar: Unicode.Scalar) {
        switch Folding.kind(of: scalar) {
        case .word: letter(scalar)
        case .capital:
            for small in scalar.properties.lowercaseMapping.unicodeScalars { letter(small) }
        case .run:
            endChain()
            takeRun(scalar.value)
        case .voicing:
            if !run.isEmpty { takeVoicing(scalar.value) }
        case .nothing: break
        case .gap: gap(scalar.value)
        }
    }

    // MARK: Runs

    private mutating func takeRun(_ value: UInt32) {
        if let last = run.last, let both = Folding.composed(last, value) {
            run[run.count - 1] = both
        } else {
            run.append(value)
        }
    }

    private mutating func takeVoicing(_ value: UInt32) {
        if let last = run.last, let both = Folding.composed(last, value) {
            run[run.count - 1] = both
        }
    }

    private mutating func endRun() {
        guard !run.isEmpty else { return }
        sink.take(run: run)
        run.removeAll(keepingCapacity: true)
        signBefore = nil
    }

    // MARK: Chains

    private var wordBytes: Int { chain.letters.count - wordStart }

    private mutating func takeLetters(_ bytes: Span<UInt8>, isWhole: Bool) {
        if isWhole, bytes[0] > 0x39, chain.letters.isEmpty, run.isEmpty, link == nil {
            sink.take(plain: bytes, signBefore: signBefore)
            signBefore = nil
            return
        }
        if !run.isEmpty { endRun() }
        if link != nil { goOn() }
        for index in 0..<min(bytes.count, SearchText.wordBytesMax - wordBytes) {
            chain.letters.append(bytes[index] | 0x20)
        }
    }

    private mutating func letter(_ byte: UInt8) {
        if !run.isEmpty { endRun() }
        if link != nil { goOn() }
        if wordBytes < SearchText.wordBytesMax { chain.letters.append(byte) }
    }

    private mutating func letter(_ scalar: Unicode.Scalar) {
        if !run.isEmpty { endRun() }
        if link != nil { goOn() }
        let bytes = UTF8.encode(scalar) ?? UTF8.EncodedScalar()
        // Whole or not at all, so that a word ends at a scalar.
        if wordBytes + bytes.count <= SearchText.wordBytesMax {
            for byte in bytes { chain.letters.append(byte) }
        }
    }

    /// The next word of the chain begins.
    private mutating func goOn() {
        chain.isDotted = link == UInt8(ascii: ".")
        wordStart = chain.letters.count
        chain.ends.append(wordStart)
        link = nil
    }

    private mutating func hyphen() {
        let byte = UInt8(ascii: "-")
        let holds =
            run.isEmpty && wordBytes > 0 && link == nil && !chain.isDotted
            && chain.count < Self.chainMax - 1
        if holds { link = byte } else { gap(UInt32(byte)) }
    }

    private mutating func dot() {
        let byte = UInt8(ascii: ".")
        let holds =
            run.isEmpty && wordBytes == 1 && link == nil && (chain.isDotted || chain.count == 0)
            && chain.count < Self.chainMax - 1 && !WordChain.isNumber(chain.letters.suffix(1))
        if holds { link = byte } else { gap(UInt32(byte)) }
    }

    private mutating func gap(_ value: UInt32) {
        endRun()
        endChain()
        if value != 0x20 && value != 0x0A && value != 0x09 { signBefore = value }
    }

    private mutating func endChain() {
        guard !chain.letters.isEmpty else { return }
        // A sign that held nothing is one that stands after the word.
        let signAfter = link.map { UInt32($0) }
        link = nil
        chain.ends.append(chain.letters.count)
        chain.signBefore = signBefore
        signBefore = signAfter
        sink.take(chain)
        chain.letters.removeAll(keepingCapacity: true)
        chain.ends.removeAll(keepingCapacity: true)
        chain.isDotted = false
        wordStart = 0
    }
}
