// Rules for ids of people and names of projects.

/// Why a text cannot name somebody or something: two names that look the same must not be two.
package enum NameFault: String, Sendable, Hashable, CaseIterable {
    case empty
    /// Not in Unicode's form NFC: the same word has another spelling.
    case notNormal
    case surroundingSpace
    /// A control or format character, such as a zero width space or a mark of direction.
    case unprintable
    /// A word that calls and filters use for something else.
    case reserved

    /// As the end of “the id …”.
    package var description: String {
        switch self {
        case .empty: "is empty"
        case .notNormal: "is not in Unicode's form NFC"
        case .surroundingSpace: "begins or ends with white space"
        case .unprintable: "has a character that cannot be seen"
        case .reserved: "is one of the words me, none and system, which mean something else"
        }
    }
}

extension ExactText {
    /// What `assignedTo`, `watching` and the hub itself are called.
    private static let reservedWords: Set<ExactText> = ["me", "none", "system"]

    /// nil: it can be a person's id.
    package var faultAsPerson: NameFault? {
        Self.reservedWords.contains(self) ? .reserved : faultAsName
    }

    /// nil: it can be the name of a project.
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
            // To compare more of them with NFC would take quadratic time.
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
    /// Has a form of its own that everybody sees alike: what is nobody's or anybody's yet has none.
    fileprivate var isPrintable: Bool {
        if properties.isWhitespace { return !breaksLine }
        switch properties.generalCategory {
        case .format, .control, .surrogate, .privateUse, .unassigned: return false
        default: return !isUnseen
        }
    }
}
