// What is left of the name that somebody gave their file: for people to read, and for nothing else.

package enum FileName {
    /// UTF-8 bytes; what file systems take.
    package static let bytesMax = 255

    /// The last part of a path, without control characters and without the marks that turn the
    /// direction of writing, by which `gpj.exe` reads as `exe.jpg`. Refused when longer than `bytesMax`.
    package static func cleaned(_ name: String) throws(TicketRejection) -> String {
        let last = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last
        let scalars = (last ?? "").unicodeScalars.filter { !isHidden($0) }
        var text = Substring(String(String.UnicodeScalarView(scalars)))
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace || last == "." { text = text.dropLast() }
        guard text.utf8.count <= bytesMax else {
            throw TicketRejection(
                .tooLarge, "The file's name is over its limit of \(bytesMax) bytes.", field: "file")
        }
        return text.isEmpty ? "file" : String(text)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Line and paragraph ends; direction marks, embeddings, overrides and isolates.
        case 0x2028...0x202E, 0x200E, 0x200F, 0x061C, 0x2066...0x2069: true
        case 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}
