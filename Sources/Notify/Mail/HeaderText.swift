// Encodes any text as a mail header value: one logical line, in ASCII (RFC 2047).

import Wire

enum HeaderText {
    /// With base64 and `=?UTF-8?B?…?=` this fits after `Subject: ` on a line of 76 (RFC 2047
    /// section 2).
    private static let bytesPerWord = 39

    /// For unstructured headers, such as Subject.
    static func unstructured(_ text: String) -> String {
        let line = singleLine(text)
        return isPlain(line) ? line : encodedWords(line)
    }

    /// For the name before an address: a quoted string, or encoded-words.
    static func phrase(_ text: String) -> String {
        let line = singleLine(text)
        guard isPlain(line) else { return encodedWords(line) }
        var quoted = "\""
        for character in line {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return quoted + "\""
    }

    /// Replaces line ends and other controls by spaces: no value can begin another header.
    private static func singleLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            let isBreak = scalar == "\u{2028}" || scalar == "\u{2029}"
            line.unicodeScalars.append(isControl || isBreak ? " " : scalar)
        }
        return line
    }

    /// Long lines are encoded too, since encoded-words can be folded anywhere.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && text.utf8.count <= 66
            && !text.contains("=?")
    }

    /// Words end between characters (RFC 2047 section 5), each on a line of its own.
    private static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var word: [UInt8] = []
        func close() {
            words.append("=?UTF-8?B?\(Base64.encode(word))?=")
            word = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if word.count + bytes.count > bytesPerWord { close() }
            word += bytes
        }
        if !word.isEmpty { close() }
        return words.joined(separator: "\r\n ")
    }
}
