// Finds telephone numbers in text. Digits may be grouped in any way and begin with a country prefix
// or a zero; the search compares the number without both.

struct PhoneNumber {
    /// All digits, without the leading sign.
    let digits: [UInt8]
    /// The digits after the country prefix; nil: no prefix is written.
    let behindCountry: [UInt8]?

    private static let zero = UInt8(ascii: "0")

    init(digits: [UInt8], hasPlus: Bool) {
        var international: ArraySlice<UInt8>?
        if hasPlus {
            international = digits[...]
        } else if digits.starts(with: [Self.zero, Self.zero]) {
            international = digits.dropFirst(2)
        }
        self.digits = digits
        behindCountry = international.flatMap { number in
            Self.countryDigits(number).map { Array(number.dropFirst($0)) }
        }
    }

    /// The index words of a text with this number.
    var words: [ArraySlice<UInt8>] {
        var words = [digits[...], key]
        if behindCountry != nil {
            words.append(([Self.zero] + key)[...])
            if digits.first == Self.zero { words.append(digits.dropFirst(2)) }
        }
        return words
    }

    /// The part that all spellings share.
    var key: ArraySlice<UInt8> {
        (behindCountry ?? digits).drop { $0 == Self.zero }
    }

    /// Length of the country prefix in digits; nil: no country's prefix begins so.
    private static func countryDigits(_ number: ArraySlice<UInt8>) -> Int? {
        guard let first = number.first, first != zero, number.count >= 7 else { return nil }
        if first == UInt8(ascii: "1") || first == UInt8(ascii: "7") { return 1 }
        let two = number.prefix(2).reduce(0) { $0 * 10 + Int($1 - zero) }
        return twoDigits.contains(two) ? 2 : 3
    }

    private static let twoDigits: Set<Int> = [
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55,
        56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ]
}

/// Collects groups of digits that may be a telephone number.
struct DigitGroups {
    private struct Group {
        var digits: [UInt8]
        /// The signs between the group before and this one.
        let signs: [UInt8]
    }

    /// A longer run of digits is not a telephone number.
    private static let digitsMax = 17
    private static let groupsMax = 10

    private var groups: [Group] = []
    private var signs: [UInt8] = []
    private var hasPlus = false
    /// Too long, or part of a word.
    private var isSpoilt = false

    var isEmpty: Bool { groups.isEmpty }
    /// The last byte taken is a digit.
    var endsInDigit: Bool { signs.isEmpty }

    mutating func begin(hasPlus: Bool) {
        groups = [Group(digits: [], signs: [])]
        signs = []
        self.hasPlus = hasPlus
        isSpoilt = false
    }

    mutating func spoil() { isSpoilt = true }

    mutating func take(digit: UInt8) {
        guard !isSpoilt else { return signs.removeAll() }
        if !signs.isEmpty {
            groups.append(Group(digits: [], signs: signs))
            signs.removeAll()
        }
        groups[groups.count - 1].digits.append(digit)
        let count = groups.reduce(0) { $0 + $1.digits.count }
        if count > Self.digitsMax * 2 || groups.count > Self.groupsMax { isSpoilt = true }
    }

    /// Takes a blank, a dot, a hyphen, a slash or a bracket between two groups; false: the number
    /// ends here. A sign may have a blank on either side.
    mutating func take(sign: UInt8) -> Bool {
        signs.append(sign)
        let brackets = signs.count { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: ")") }
        let blanks = signs.count { $0 == UInt8(ascii: " ") }
        let others = signs.count - brackets - blanks
        return brackets <= 1 && others <= 1 && blanks <= 1 + others
    }

    /// Returns the numbers found and starts over.
    mutating func takeNumbers() -> [PhoneNumber] {
        defer { groups.removeAll(keepingCapacity: true) }
        guard !isSpoilt else { return [] }
        for start in groups.indices {
            let rest = groups[start...]
            let hasPlus = hasPlus && start == 0
            guard Self.isNumber(rest, hasPlus: hasPlus) else { continue }
            var numbers = [PhoneNumber(digits: rest.flatMap(\.digits), hasPlus: hasPlus)]
            // Five pairs, followed by something else.
            let pairs = rest.prefix(5)
            if rest.count > 5, Self.beginsWithZero(pairs),
                pairs.allSatisfy({ $0.digits.count == 2 })
            {
                numbers.append(PhoneNumber(digits: pairs.flatMap(\.digits), hasPlus: false))
            }
            return numbers
        }
        return []
    }

    private static func beginsWithZero(_ groups: ArraySlice<Group>) -> Bool {
        groups.first?.digits.first == UInt8(ascii: "0")
    }

    /// With a prefix or a leading zero any grouping counts; without, dates and versions look alike,
    /// so the groups must be usual ones.
    private static func isNumber(_ groups: ArraySlice<Group>, hasPlus: Bool) -> Bool {
        let count = groups.reduce(0) { $0 + $1.digits.count }
        if hasPlus || beginsWithZero(groups) {
            return (8...digitsMax).contains(count)
        }
        guard groups.count > 1 else { return false }
        let sizes = groups.map { $0.digits.count }
        if sizes == [3, 3, 4] || sizes == [1, 3, 3, 4] || sizes == [2, 2, 2, 2] { return true }
        let signs = Set(groups.dropFirst().map(\.signs))
        return (9...11).contains(count) && signs.count == 1
            && sizes.allSatisfy { (2...4).contains($0) }
    }
}
