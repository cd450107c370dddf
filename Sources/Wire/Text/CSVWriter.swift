// Rows of CSV (RFC 4180) in UTF-8, safe to open in a spreadsheet: no cell is taken for a formula.

package struct CSVWriter {
    package private(set) var bytes: [UInt8] = []
    private var isRowBegun = false

    package init(reserving capacity: Int = 1024) {
        bytes.reserveCapacity(capacity)
    }

    /// What was written, without leaving a second owner behind that would force a copy.
    package consuming func finish() -> [UInt8] { bytes }

    /// Text from people, or anything else; nil leaves the cell empty.
    ///
    /// Spreadsheets compute cells that begin with one of these characters, some of them after
    /// dropping a control character first. An apostrophe before it makes it text (OWASP, CSV
    /// injection).
    package mutating func cell(_ text: String?) {
        separate()
        guard let text else { return }
        let utf8 = text.utf8
        let isFormula = utf8.first.map(Self.beginsFormula) ?? false
        // Some spreadsheets split at semicolons and tabs as well.
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

    /// A whole row, such as the one of names.
    package mutating func row(_ cells: [String]) {
        for text in cells { cell(text) }
        endRow()
    }

    private mutating func separate() {
        if isRowBegun { bytes.append(UInt8(ascii: ",")) }
        isRowBegun = true
    }

    private static func beginsFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"),
            0x09, 0x0D, 0x00:
            true
        default: false
        }
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: ";"), 0x09, 0x0A, 0x0D: true
        default: false
        }
    }
}
