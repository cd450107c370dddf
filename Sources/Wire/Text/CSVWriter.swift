// Writes rows of CSV (RFC 4180) in UTF-8, safe to open in a spreadsheet: no cell is read as a
// formula.

package import Text

package struct CSVWriter {
    package private(set) var bytes: [UInt8] = []
    private var isRowBegun = false

    package init(reserving capacity: Int = 1024) {
        bytes.reserveCapacity(capacity)
    }

    /// The written bytes, without a second owner that would force a copy.
    package consuming func finish() -> [UInt8] { bytes }

    /// Text from people or other text; nil leaves the cell empty.
    ///
    /// Spreadsheets compute cells that begin with one of `= + - @`, some after dropping blanks,
    /// controls and invisible characters, or after folding wide and small forms. A leading
    /// apostrophe makes such a cell text (OWASP, CSV injection). Control characters that no table
    /// needs become U+FFFD.
    package mutating func cell(_ text: String?) {
        separate()
        guard let text else { return }
        let shown = Self.needsCleaning(text) ? Self.cleaned(text) : text
        let utf8 = shown.utf8
        let isFormula = Self.beginsFormula(shown)
        // Some spreadsheets also split at semicolons and tabs.
        guard utf8.contains(where: Self.needsQuotes) else {
            if isFormula { bytes.append(UInt8(ascii: "'")) }
            return bytes.append(contentsOf: utf8)
        }
        bytes.append(UInt8(ascii: "\""))
        if isFormula { bytes.append(UInt8(ascii: "'")) }
        for byte in utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    @_disfavoredOverload
    package mutating func cell(_ text: ExactText?) { cell(text?.string) }

    package mutating func cell(_ number: Int) {
        separate()
        Decimal.append(Int64(number), to: &bytes)
    }

    package mutating func cell(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    package mutating func endRow() {
        bytes.append(contentsOf: [0x0D, 0x0A])
        isRowBegun = false
    }

    /// A whole row, such as the header row.
    package mutating func row(_ cells: [String]) {
        for text in cells { cell(text) }
        endRow()
    }

    private mutating func separate() {
        if isRowBegun { bytes.append(UInt8(ascii: ",")) }
        isRowBegun = true
    }

    private static func beginsFormula(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        // Most cells: a letter or a digit.
        if ASCII.isLetter(first) || ASCII.isDigit(first) { return false }
        if (0x09...0x0D).contains(first) { return true }
        var hasOnlyBlanks = true
        for scalar in text.unicodeScalars {
            if isReplacement(scalar) || isPassedOver(scalar) {
                hasOnlyBlanks = hasOnlyBlanks && scalar == " "
                continue
            }
            // Only blanks before it: every program reads it as text.
            if first == 0x20, hasOnlyBlanks { return false }
            switch scalar {
            case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
                "\u{FE66}", "\u{FE62}", "\u{FE63}", "\u{FE6B}", "\u{2212}":
                return true
            default: return false
            }
        }
        return false
    }

    /// Stands for a removed control character, which some programs drop.
    private static func isReplacement(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{FFFD}" }

    /// Invisible before the first visible character.
    private static func isPassedOver(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
            || properties.generalCategory == .format || scalar == "\u{2800}"
    }

    /// Controls other than TAB, LF and CR.
    private static func isStray(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: false
        case 0..<0x20, 0x7F..<0xA0: true
        default: false
        }
    }

    private static func needsCleaning(_ text: String) -> Bool {
        // The controls from U+0080 on begin with this byte.
        text.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }
            && text.unicodeScalars.contains(where: isStray)
    }

    private static func cleaned(_ text: String) -> String {
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            cleaned.append(isStray(scalar) ? "\u{FFFD}" : scalar)
        }
        return String(cleaned)
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: ";"), 0x09, 0x0A, 0x0D: true
        default: false
        }
    }
}
