// Rules for ids of people and names of projects.

/// Why a text is not a valid name: two names that look the same must be the same.
package enum NameFault: String, Sendable, Hashable, CaseIterable {
    case empty
    /// Not in Unicode's form NFC: the same word has another spelling.
    case notNormal
    case surroundingSpace
    /// A control or format character, such as a zero width space or a mark of direction.
    case unprintable
    /// A word with another meaning in calls and filters.
    case reserved
    case tooLong
    /// As the hub names people who were erased.
    case erased

    /// As the end of “the id …”.
    package var description: String {
        switch self {
        case .empty: "is empty"
        case .notNormal: "is not in Unicode's form NFC"
        case .surroundingSpace: "begins or ends with white space"
        case .unprintable: "has a character that cannot be seen"
        case .reserved: "is one of the words me, none and system, which mean something else"
        case .tooLong: "has more than \(ExactText.personBytesMax) bytes"
        case .erased: "begins with \(ExactText.erasedPrefix), as the hub names whom it has erased"
        }
    }
}

extension ExactText {
    /// Special values of `assignedTo` and `watching`, and the hub's own id.
    private static let reservedWords: Set<ExactText> = ["me", "none", "system"]

    /// Limit of a person's id in bytes of UTF-8.
    package static let personBytesMax = 128
    /// Begins the ids that the hub gives to people who were erased.
    package static let erasedPrefix: ExactText = "erased-"

    /// The fault as a person's id in a token; nil: valid.
    package var faultAsPerson: NameFault? {
        guard utf8.count <= Self.personBytesMax else { return .tooLong }
        if Self.reservedWords.contains(self) { return .reserved }
        return faultAsName ?? (hasPrefix(Self.erasedPrefix) ? .erased : nil)
    }

    /// The fault as the id of a person in the log of another store; nil: valid. Erased people are
    /// in logs too, and so are people of the time when tokens could have ids in any form.
    package var faultAsLoggedPerson: NameFault? {
        switch faultAsPerson {
        case .notNormal, .erased: nil
        case let fault: fault
        }
    }

    /// The fault as a name of a project; nil: valid.
    package var faultAsName: NameFault? {
        guard let first = string.unicodeScalars.first, let last = string.unicodeScalars.last else {
            return .empty
        }
        if first.properties.isWhitespace || last.properties.isWhitespace {
            return .surroundingSpace
        }
        var marks = 0
        for scalar in string.unicodeScalars {
            if scalar.isASCII, !scalar.breaksLine {
                marks = 0
                continue
            }
            if !scalar.isPrintable { return .unprintable }
            let isMark = scalar.properties.canonicalCombiningClass != .notReordered
            marks = isMark ? marks + 1 : 0
            // Comparing more marks with NFC would take quadratic time.
            if marks > OneLine.marksMax { return .notNormal }
        }
        return isNormal ? nil : .notNormal
    }

    private var isNormal: Bool {
        var span = string.utf8Span
        return span.checkForNFC(quickCheck: false)
    }
}

extension Unicode.Scalar {
    /// Whether the scalar has a visible form that is the same everywhere; unassigned and
    /// private-use characters have none.
    fileprivate var isPrintable: Bool {
        if properties.isWhitespace { return !breaksLine }
        switch properties.generalCategory {
        case .format, .control, .surrogate, .privateUse, .unassigned: return false
        default: return !isUnseen
        }
    }
}
