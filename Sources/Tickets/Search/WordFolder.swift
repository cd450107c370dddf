// Splits text into words, scalar by scalar, and passes them to a sink. An index keeps more forms of
// a word than a query asks for.

struct WordFolder<Sink: WordSink> {
    /// Limit of words in one chain; the next word begins another chain.
    private static var chainMax: Int { 8 }

    private(set) var sink: Sink
    private var chain = WordChain()
    private var run: [UInt32] = []
    /// The link between the chain so far and its next word.
    private enum Link: UInt8 {
        case hyphen = 0x2D
        /// Between letters.
        case dot = 0x2E
        /// Between numbers.
        case point = 0

        var sign: UInt32 { self == .hyphen ? 0x2D : 0x2E }
    }
    private var link: Link?
    private var groups = DigitGroups()
    private var signBefore: UInt32?
    /// Start of the current word in the chain's letters.
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
            } else if byte < 0x80, chain.letters.isEmpty, run.isEmpty, groups.isEmpty {
                // A gap that ends nothing, as after a word that was taken whole.
                index = takeGap(bytes, from: index)
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

    /// Takes signs of ASCII up to the next byte of another kind, whose place it returns.
    private mutating func takeGap(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var sign = signBefore
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x80 || Self.isPlain(byte) { break }
            if !Self.isBlank(UInt32(byte)) { sign = UInt32(byte) }
            index += 1
        }
        signBefore = sign
        return index
    }

    /// A letter or digit of ASCII. Nearly all text consists of them, so they are taken word by
    /// word. The bit 0x20 makes a capital small, and all others have it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".")
    }

    /// Decodes two to four bytes of a `String`, which are valid UTF-8.
    private static func scalar(_ bytes: Span<UInt8>) -> Unicode.Scalar {
        // From the first byte: the bits below those that give the length.
        var value = UInt32(bytes[0] & (0x7F >> UInt8(bytes.count)))
        for index in 1..<bytes.count { value = value << 6 | UInt32(bytes[index] & 0x3F) }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    mutating func finish() -> Sink {
        endRun()
        endChain()
        endGroups()
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
        case 0x61...0x7A: letter(byte)
        case 0x30...0x39: digit(byte)
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
            endGroups()
            takeRun(scalar.value)
        case .voicing:
            if !run.isEmpty { takeVoicing(scalar.value) }
        case .nothing: break
        case .gap: gap(scalar.value)
        }
    }

    // MARK: Telephone numbers

    private mutating func digit(_ byte: UInt8) {
        if groups.isEmpty {
            if !run.isEmpty { endRun() }
            if chain.letters.isEmpty {
                sink.beginNumber()
                groups.begin(hasPlus: signBefore == UInt32(UInt8(ascii: "+")))
                groups.take(digit: byte)
            }
        } else {
            groups.take(digit: byte)
        }
        letter(byte, isDigit: true)
    }

    /// Before a letter of any script: digits joined to a letter are not a telephone number.
    private mutating func leaveGroups() {
        guard !groups.isEmpty else { return }
        if link != nil || groups.endsInDigit { groups.spoil() }
        endGroups()
    }

    private mutating func takeGroups(sign: UInt32) {
        guard !groups.isEmpty else { return }
        switch sign {
        case 0xA0, 0x2009, 0x202F:
            if !groups.take(sign: 0x20) { endGroups() }
        case 0x20, 0x28, 0x29, 0x2D, 0x2E, 0x2F:
            if !groups.take(sign: UInt8(truncatingIfNeeded: sign)) { endGroups() }
        default: endGroups()
        }
    }

    private mutating func endGroups() {
        guard !groups.isEmpty else { return }
        let numbers = groups.takeNumbers()
        if !numbers.isEmpty { sink.take(numbers: numbers) }
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
        if Self.isLetter(bytes[0]) {
            leaveGroups()
            if isWhole, chain.letters.isEmpty, run.isEmpty, link == nil {
                sink.take(plain: bytes, signBefore: signBefore)
                signBefore = nil
                return
            }
        }
        for index in bytes.indices where !Self.isLetter(bytes[index]) {
            return takeEach(bytes)
        }
        if !run.isEmpty { endRun() }
        if link == .point { endChain() }
        if link != nil { goOn() }
        for index in 0..<min(bytes.count, SearchText.wordBytesMax - wordBytes) {
            chain.letters.append(bytes[index] | 0x20)
        }
    }

    private static func isLetter(_ plain: UInt8) -> Bool { plain > 0x39 }

    private mutating func takeEach(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            let byte = bytes[index]
            if Self.isLetter(byte) { letter(byte | 0x20) } else { digit(byte) }
        }
    }

    private mutating func letter(_ byte: UInt8, isDigit: Bool = false) {
        if !isDigit { leaveGroups() }
        if !run.isEmpty { endRun() }
        if link == .point, !isDigit { endChain() }
        if link != nil { goOn() }
        if wordBytes < SearchText.wordBytesMax { chain.letters.append(byte) }
    }

    private mutating func letter(_ scalar: Unicode.Scalar) {
        leaveGroups()
        if !run.isEmpty { endRun() }
        if link == .point { endChain() }
        if link != nil { goOn() }
        let bytes = UTF8.encode(scalar) ?? UTF8.EncodedScalar()
        // All or nothing, so that a word ends at a scalar.
        if wordBytes + bytes.count <= SearchText.wordBytesMax {
            for byte in bytes { chain.letters.append(byte) }
        }
    }

    /// Begins the next word of the chain.
    private mutating func goOn() {
        chain.isDotted = link == .dot
        chain.isPointed = link == .point
        wordStart = chain.letters.count
        chain.ends.append(wordStart)
        link = nil
    }

    private mutating func hyphen() {
        let holds =
            run.isEmpty && wordBytes > 0 && link == nil && !chain.isDotted && !chain.isPointed
            && chain.count < Self.chainMax - 1
        link(.hyphen, if: holds)
    }

    private mutating func dot() {
        let follows = run.isEmpty && wordBytes > 0 && link == nil && chain.count < Self.chainMax - 1
        let isAfterDigit = chain.letters.last.map(WordChain.isDigit) ?? false
        if isAfterDigit {
            link(.point, if: follows && (chain.isPointed || chain.count == 0))
        } else {
            link(.dot, if: follows && wordBytes == 1 && (chain.isDotted || chain.count == 0))
        }
    }

    private mutating func link(_ link: Link, if holds: Bool) {
        guard holds else { return gap(link.sign) }
        self.link = link
        takeGroups(sign: link.sign)
    }

    private mutating func gap(_ value: UInt32) {
        endRun()
        endChain()
        takeGroups(sign: value)
        noteSign(value)
    }

    private mutating func noteSign(_ value: UInt32) {
        if !Self.isBlank(value) { signBefore = value }
    }

    private static func isBlank(_ value: UInt32) -> Bool {
        value == 0x20 || value == 0x0A || value == 0x09
    }

    private mutating func endChain() {
        guard !chain.letters.isEmpty else { return }
        // A sign that joined nothing stands after the word.
        let signAfter = link?.sign
        link = nil
        chain.ends.append(chain.letters.count)
        chain.signBefore = signBefore
        signBefore = signAfter
        sink.take(chain)
        chain.letters.removeAll(keepingCapacity: true)
        chain.ends.removeAll(keepingCapacity: true)
        chain.isDotted = false
        chain.isPointed = false
        wordStart = 0
    }
}
