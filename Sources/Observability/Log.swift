// Writes log lines to standard error, as text or as JSON lines. Never pass tokens or bodies to it.

import Glibc
package import Reactor
import Synchronization
import Text
import Tickets
import Wire

package final class Log: Sendable {
    package enum Format: String, Sendable { case text, json }
    package enum Level: String, Sendable { case info, warn, error }

    private struct Budget {
        var second: Int64 = 0
        var lines: [String: Int] = [:]
    }

    private static let linesPerSecondMax = 10
    private let format: Format
    private let writer: LogWriter
    /// Lines suppressed because their cause had used its ten of that second.
    package let suppressed = Counter()
    // Taken about once per second and cause; hot paths do not log.
    private let budget = Mutex(Budget())

    package init(format: Format, to descriptor: Int32 = STDERR_FILENO) throws(SystemError) {
        self.format = format
        writer = try LogWriter(descriptor: descriptor)
    }

    /// Lines dropped because the reader was too slow.
    package var dropped: Counter { writer.dropped }

    /// Call it last: writes waiting lines, for a second at most.
    package func finish() { writer.finish(withinMilliseconds: 1000) }

    package func info(_ event: String, _ fields: [(String, String)] = []) {
        write(.info, event, fields)
    }

    package func warn(_ event: String, _ fields: [(String, String)] = []) {
        write(.warn, event, fields)
    }

    package func error(_ event: String, _ fields: [(String, String)] = []) {
        write(.error, event, fields)
    }

    private func write(_ level: Level, _ event: String, _ fields: [(String, String)]) {
        let now = wallClockMilliseconds()
        guard admits(event, second: now / 1000) else { return suppressed.add(1) }
        // JSON escapes what its grammar requires, but not C1 controls and direction marks.
        var line = VisibleText.escaped(
            line(level, event, fields, at: Timestamp(milliseconds: now)))
        line.append(0x0A)
        writer.write(line)
    }

    /// At most ten lines a second for one cause.
    private func admits(_ event: String, second: Int64) -> Bool {
        budget.withLock { budget in
            if budget.second != second {
                budget.second = second
                budget.lines.removeAll(keepingCapacity: true)
            }
            budget.lines[event, default: 0] += 1
            return budget.lines[event, default: 0] <= Self.linesPerSecondMax
        }
    }

    private func line(
        _ level: Level, _ event: String, _ fields: [(String, String)], at time: Timestamp
    ) -> [UInt8] {
        var json = JSONWriter()
        switch format {
        case .json:
            json.beginObject()
            json.field("time", time.rfc3339)
            json.field("level", level.rawValue)
            json.field("ev", event)
            for (name, value) in fields {
                json.key(name)
                json.string(value)
            }
            json.endObject()
            return json.bytes
        case .text:
            var text = Array("\(time.rfc3339) \(level.rawValue) ev=\(event)".utf8)
            for (name, value) in fields {
                text.append(contentsOf: " \(name)=".utf8)
                var quoted = JSONWriter()
                quoted.string(value)
                text.append(contentsOf: quoted.bytes)
            }
            return text
        }
    }
}
