// Folds one character outside ASCII for the search: its replacement, and its kind. Folding removes
// case, accents, width and alternative Unicode spellings.

enum Folding {
    enum Kind {
        /// A letter, digit or mark of a script that has words.
        case word
        /// The same, for a capital newer than the table.
        case capital
        /// A character of a script without spaces between words.
        case run
        /// A voicing mark of kana, which joins the character before it.
        case voicing
        /// Ignored: neither a character nor a word boundary.
        case nothing
        /// Any separator between words.
        case gap
    }

    /// The replacement of the scalar; nil: it stays unchanged. May be empty.
    static func targets(of value: UInt32) -> ArraySlice<UInt32>? { table.targets(of: value) }

    private static let table = Table(FoldingTable.text)

    /// The kind of a scalar outside ASCII that stays unchanged.
    static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case ..<UInt32(common.count): common[Int(scalar.value)]
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3: .run
        default: computed(scalar)
        }
    }

    /// Kinds of alphabets, the scripts of South Asia and kana, computed once: property lookups are
    /// slow.
    private static let common: [Kind] = (0..<0x3100).map { value in
        Unicode.Scalar(value as UInt32).map(computed) ?? .gap
    }

    private static func computed(_ scalar: Unicode.Scalar) -> Kind {
        if scalar.value == 0x3099 || scalar.value == 0x309A { return .voicing }
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint { return .nothing }
        let isInRun = runScripts.contains { $0.contains(scalar.value) }
        switch properties.generalCategory {
        case .uppercaseLetter: return .capital
        case .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber:
            return isInRun || properties.isIdeographic ? .run : .word
        // The table removes marks that are accents; the others are vowels.
        case .nonspacingMark, .spacingMark: return isInRun ? .run : .word
        case .enclosingMark, .format: return .nothing
        default: return .gap
        }
    }

    /// Kana, bopomofo, jamo; Thai, Lao, Khmer, Myanmar and their neighbours. Without digits and
    /// punctuation; ideographs have a property of their own.
    private static let runScripts: [ClosedRange<UInt32>] = [
        0x0E01...0x0E3A, 0x0E40...0x0E4E, 0x0E81...0x0ECF, 0x0EDC...0x0EDF,
        0x1000...0x103F, 0x1050...0x109D, 0x1100...0x11FF, 0x1780...0x17D3, 0x17D7...0x17D7,
        0x17DC...0x17DD, 0x1950...0x19CF, 0x1A20...0x1A7F, 0x3005...0x3007, 0x303B...0x303C,
        0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x3105...0x312F,
        0x31A0...0x31BF, 0x31F0...0x31FF, 0xA960...0xA97C, 0xA9E0...0xA9EF, 0xA9FA...0xA9FE,
        0xAA60...0xAA76, 0xAA7A...0xAADD, 0xD7B0...0xD7FB, 0x1AFF0...0x1B16F,
    ]

    /// The composed character of both, if there is one: jamo form syllables, kana take voicing
    /// marks.
    static func composed(_ first: UInt32, _ second: UInt32) -> UInt32? {
        switch second {
        case 0x1161...0x1175 where (0x1100...0x1112).contains(first):
            return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
        case 0x11A8...0x11C2:
            let isOpen = (0xAC00...0xD7A3).contains(first) && (first - 0xAC00) % 28 == 0
            return isOpen ? first + second - 0x11A7 : nil
        case 0x3099: return voiced(first)
        case 0x309A:
            let isHa = [0x306F, 0x3072, 0x3075, 0x3078, 0x307B].contains(hiragana(first))
            return isHa ? first + 2 : nil
        default: return nil
        }
    }

    private static func hiragana(_ kana: UInt32) -> UInt32 {
        (0x30A1...0x30FE).contains(kana) ? kana - 0x60 : kana
    }

    private static func voiced(_ kana: UInt32) -> UInt32? {
        switch kana {
        case 0x3046, 0x30A6: return kana + 0x4E
        case 0x30EF...0x30F2: return kana + 8
        default: break
        }
        switch hiragana(kana) {
        case 0x304B...0x3061 where hiragana(kana) % 2 == 1: return kana + 1
        case 0x3064, 0x3066, 0x3068, 0x306F, 0x3072, 0x3075, 0x3078, 0x307B, 0x309D:
            return kana + 1
        default: return nil
        }
    }
}

/// The table as pages of 256 scalars.
private struct Table: Sendable {
    /// A page's first index in `entries`, by the scalar's upper bits; 0: the empty page.
    private var pages = [UInt32](repeating: 0, count: 0x110000 >> 8)
    /// 0: the scalar stays. Else an index into `found` and, in the low bits, the count plus 1.
    private var entries = [UInt32](repeating: 0, count: 256)
    private var found: [UInt32] = []

    private static let countBits: UInt32 = 5

    init(_ text: String) {
        for word in text.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) { read(word) }
    }

    func targets(of value: UInt32) -> ArraySlice<UInt32>? {
        let entry = entries[Int(pages[Int(value >> 8)] + value & 0xFF)]
        guard entry > 0 else { return nil }
        let start = Int(entry >> Self.countBits)
        return found[start..<start + Int(entry & (1 << Self.countBits - 1)) - 1]
    }

    private mutating func read(_ word: Substring.UTF8View) {
        var numbers: [UInt32] = []
        var signs: [UInt8] = []
        var number: UInt32?
        for byte in word {
            if let digit = Self.digit(byte) {
                number = (number ?? 0) << 4 | digit
            } else {
                if let number { numbers.append(number) }
                number = nil
                signs.append(byte)
            }
        }
        if let number { numbers.append(number) }
        let isRange = signs.first == UInt8(ascii: "-")
        guard let first = numbers.first, let sign = signs.dropFirst(isRange ? 1 : 0).first else {
            return
        }
        let last = isRange ? numbers[1] : first
        let targets = Array(numbers.dropFirst(isRange ? 2 : 1))
        let step: UInt32 = sign == UInt8(ascii: "/") ? 2 : 1
        for value in stride(from: first, through: last, by: Int(step)) {
            let isRising = sign != UInt8(ascii: "=")
            set(value, isRising ? [targets[0] + value - first] : targets)
        }
    }

    private mutating func set(_ value: UInt32, _ targets: [UInt32]) {
        let page = Int(value >> 8)
        if pages[page] == 0 {
            pages[page] = UInt32(entries.count)
            entries += [UInt32](repeating: 0, count: 256)
        }
        let place = UInt32(found.count) << Self.countBits | UInt32(targets.count + 1)
        entries[Int(pages[page] + value & 0xFF)] = place
        found += targets
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x61...0x66: UInt32(byte - 0x57)
        default: nil
        }
    }
}
