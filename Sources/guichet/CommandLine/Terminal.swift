// Output for people: answers on standard output, errors and progress on standard error.

import Glibc
import Text

enum Terminal {
    /// Written at once, without buffering.
    static func say(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// A line that may contain foreign text, such as an id, a line of a file or a mail server's
    /// answer.
    static func tell(_ line: String) { say(line.visible) }

    /// One or more lines; quoted text cannot break a line or control the terminal.
    static func complain(_ text: String) {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(Substring($0)).visible }
        write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    }

    /// A line that replaces itself on a terminal; not written elsewhere.
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
