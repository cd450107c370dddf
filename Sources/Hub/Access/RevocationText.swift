// Parses a revocation file. Reports lines that it cannot read, and uses the others.

import Text
import Wire

/// UTF-8, one person id per line, without surrounding blanks. A line that begins with `#` is a
/// comment. One that begins with `{` is JSON, for unusual ids and for times: `{"person": "a b",
/// "before": 1764400000}`. `id 1764400000`, the older form with a time, still works; the whole line
/// may also be an id, so that id is revoked too.
package struct RevocationText: Sendable, Equatable {
    package struct BadLine: Sendable, Equatable {
        /// Counts from 1.
        package let number: Int
        package let reason: String
    }

    package private(set) var list = RevocationList()
    package private(set) var badLines: [BadLine] = []
    /// Lines that are used, but probably meant something else.
    package private(set) var oddLines: [BadLine] = []
    /// The file has only blank lines, without even a comment.
    private(set) var isBlank = true
    /// The file is empty, or its last line ends with a line end.
    let isComplete: Bool

    /// 2001: smaller numbers are parts of ids, not times.
    private static let timeMin = 1_000_000_000

    package init(_ bytes: [UInt8]) {
        let newline = UInt8(ascii: "\n")
        isComplete = bytes.isEmpty || bytes.last == newline
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
        let lines = text.split(separator: newline, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { read(line, number: index + 1) }
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>, number: Int) {
        guard let text = String(validating: bytes, as: UTF8.self)?.withoutBlanks else {
            isBlank = false
            // An unreadable comment is harmless.
            if bytes.trimmed.first == UInt8(ascii: "#") { return }
            return note("this is not UTF-8", number)
        }
        guard let first = text.utf8.first else { return }
        isBlank = false
        // Blocks that were never written are zeros, and UTF-16 has one beside each letter.
        if text.utf8.contains(0) { return note("this has bytes that are zero", number) }
        switch first {
        case UInt8(ascii: "#"): return
        case UInt8(ascii: "{"): readJSON(Array(text.utf8), number)
        default: readPlain(text, number)
        }
    }

    private mutating func readPlain(_ text: String, _ number: Int) {
        let words = text.split { $0 == " " || $0 == "\t" }
        if words.count >= 2, let time = Self.time(words[1]),
            words.count == 2 || words[2].first == "#"
        {
            guard isId(String(words[0]), number) else { return }
            list.add(ExactText(words[0]), before: time)
            return list.add(otherReading: ExactText(text))
        }
        guard isId(text, number) else { return }
        if words.contains(where: { $0.first == "#" }) {
            noteOdd(
                "“#” begins a comment only at the beginning of a line; "
                    + "all of this line was taken for an id", number)
        }
        list.add(ExactText(text))
    }

    private mutating func readJSON(_ line: [UInt8], _ number: Int) {
        let json: Tree
        do throws(JSONError) {
            json = try JSONReader.parse(line)
        } catch {
            return note("this is not JSON: \(error.description)", number)
        }
        guard let person = json["person"]?.stringValue else {
            return note(#"this needs the id of a person: {"person": "…"}"#, number)
        }
        guard isId(person, number) else { return }
        guard let before = json["before"], !before.isNull else {
            return list.add(ExactText(person))
        }
        guard let time = before.intValue, time >= 0 else {
            return note("“before” must be a time in Unix seconds", number)
        }
        list.add(ExactText(person), before: time)
    }

    private mutating func isId(_ text: String, _ number: Int) -> Bool {
        let bytesMax = ExactText.personBytesMax
        guard (1...bytesMax).contains(text.utf8.count) else {
            note("an id has 1 to \(bytesMax) bytes; this has \(text.utf8.count)", number)
            return false
        }
        // The line may look like an id, but revokes none.
        if let fault = ExactText(text).faultAsPerson {
            noteOdd("no token can have this id: it \(fault.description)", number)
        }
        return true
    }

    private mutating func note(_ reason: String, _ number: Int) {
        badLines.append(BadLine(number: number, reason: reason))
    }

    private mutating func noteOdd(_ reason: String, _ number: Int) {
        oddLines.append(BadLine(number: number, reason: reason))
    }

    private static func time(_ word: Substring) -> Int? {
        guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let time = Int(word),
            time >= timeMin
        else { return nil }
        return time
    }
}

extension String {
    /// Removes white space of any script at both ends; ids have none.
    fileprivate var withoutBlanks: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}

extension ArraySlice<UInt8> {
    /// Removes spaces, tabs and carriage returns at both ends.
    fileprivate var trimmed: ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
