// Lines for people: answers on standard output, complaints and progress on standard error.

import Glibc
import Text

enum Terminal {
    /// Written at once, so that a pipe sees the line when it is true.
    static func say(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// A line that may hold what other people wrote: an id, a word of a file, a mail server's answer.
    static func tell(_ line: String) { say(line.visible) }

    /// A line or several; what they quote neither ends one nor controls the terminal.
    static func complain(_ text: String) {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(Substring($0)).visible }
        write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    }

    /// A line that replaces itself on a terminal, and is left out elsewhere.
    static func progress(_ line: String) {
        if isatty(STDERR_FILENO) == 1 { write("\r\u{1B}[K" + line, to: STDERR_FILENO) }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
