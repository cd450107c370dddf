// Time: reading a text takes a time that grows no faster than the text, whatever it contains.
// Inputs are repeated until a quadratic cost would show.

import Glibc
import Text

@testable import Hub
@testable import Protocol
@testable import Tickets
@testable import Wire

enum TimeFuzz {
    private struct Reader: Sendable {
        let name: String
        let read: @Sendable (String) -> Void
    }

    /// UTF-8 bytes of a text in the first measurement.
    private static let shortBytes = 8 * 1024
    /// The size of the second measurement, after a slow first one.
    private static let longBytes = 256 * 1024
    /// Processor time per byte, with the sanitizer. Nearly all readers take less, for every text.
    private static let quickNanoseconds = 300
    /// Four times the slowest reader.
    private static let nanosecondsMax = 4000

    private static let caller = Caller(person: Person(id: "u-2", name: "Bo", role: .technician))

    private static let readers: [Reader] = [
        Reader(name: "JSON") { _ = try? JSONReader.parse(Array($0.utf8)) },
        frame("body", #""type":"message","ticket":"T-1","body":"#),
        frame("key", #""type":"message","ticket":"T-1","body":"x","key":"#),
        frame("type", #""type":"#),
        frame("project", #""type":"queue.join","filter":{"project":"#, "}"),
        frame("query", #""type":"queue.join","filter":{"q":"#, "}"),
        Reader(name: "name of a field") { text in
            var json = JSONWriter()
            json.beginObject()
            for number in 0..<2 {
                json.key(text + "\(number)")
                json.int(number)
            }
            json.endObject()
            _ = DecodedFrame(json.finish(), caller: caller)
        },
        Reader(name: "equality") { text in
            let texts: Set<ExactText> = [ExactText(text), ExactText(text + "\u{323}\u{301}")]
            require(texts.contains(ExactText(text)), "a text is itself")
            require(ExactText(text + "\u{301}\u{323}") != ExactText(text + "\u{323}\u{301}"), "two")
        },
        Reader(name: "one line") { _ = OneLine.cleaned($0) },
        Reader(name: "a person's id") { _ = ExactText($0).faultAsPerson },
        Reader(name: "a blank text") { _ = $0.isBlank },
        Reader(name: "a log line") { _ = $0.visible },
        Reader(name: "the beginning") { _ = $0.excerpt + Excerpt.of($0) },
        Reader(name: "words") { _ = SearchText.words(SearchText.folded($0)) },
        Reader(name: "variables") { _ = ReplyTemplate.problem(in: $0) },
        Reader(name: "name of a file") { _ = try? FileName.cleaned($0) },
        Reader(name: "content disposition") { _ = ParameterizedValue($0) },
        Reader(name: "cursor") { _ = TicketCursor(ExactText($0)) },
        Reader(name: "query") { _ = try? RequestTarget("/api/tickets?" + $0, method: "GET") },
    ]

    /// A frame with the text between `start` and `end`.
    private static func frame(_ name: String, _ start: String, _ end: String = "") -> Reader {
        Reader(name: name) { text in
            var json = JSONWriter()
            json.string(text)
            let bytes = Array("{\(start)".utf8) + json.finish() + Array("\(end)}".utf8)
            _ = DecodedFrame(bytes, caller: caller)
        }
    }

    @Sendable static func run(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        let short = repeated(bytes, until: shortBytes)
        for reader in readers where nanosecondsPerByte(short, reader) > quickNanoseconds {
            let long = repeated(bytes, until: longBytes)
            // Others use the machine too: the least of some tries is what it takes.
            let tries = (0..<3).lazy.map { _ in nanosecondsPerByte(long, reader) }
            require(
                tries.contains { $0 <= nanosecondsMax },
                "\(reader.name): at most \(nanosecondsMax) ns a byte, not \(tries.min() ?? 0)")
        }
    }

    private static func repeated(_ bytes: [UInt8], until count: Int) -> String {
        var long: [UInt8] = []
        while long.count < count { long += bytes }
        return String(decoding: long, as: UTF8.self)
    }

    private static func nanosecondsPerByte(_ text: String, _ reader: Reader) -> Int {
        let before = processorNanoseconds()
        reader.read(text)
        return (processorNanoseconds() - before) / max(1, text.utf8.count)
    }

    private static func processorNanoseconds() -> Int {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
