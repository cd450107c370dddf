// Cleans the name of an uploaded file. The name is for display only.

import Text

package enum FileName {
    /// UTF-8 bytes; the limit of file systems.
    package static let bytesMax = 255

    /// The last part of a path, on one line: in NFC, without control characters and direction
    /// marks, by which `gpj.exe` reads as `exe.jpg`. `file` when nothing visible is left. Refused
    /// when longer than `bytesMax`.
    package static func cleaned(_ name: String) throws(TicketRejection) -> String {
        // By bytes: a combining mark after a slash does not hide it.
        let last = name.utf8.split(omittingEmptySubsequences: false, whereSeparator: isSeparator)
            .last
        var text = OneLine.cleaned(String(Substring(last ?? name.utf8[...])))
        while text.utf8.last == UInt8(ascii: ".") {
            text = OneLine.cleaned(String(Substring(text.utf8.dropLast())))
        }
        guard text.utf8.count <= bytesMax else {
            throw TicketRejection(
                .tooLarge, "The file's name is over its limit of \(bytesMax) bytes.", field: "file")
        }
        return text.isEmpty ? "file" : text
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }
}
