// Log lines into a pipe that the test reads or leaves full.

import Glibc
import Observability
import Reactor
import Testing
import Text
import Wire

@Suite struct LogTests {
    /// Both ends of a pipe of the smallest size.
    private struct Pipe: ~Copyable {
        let reading: Int32
        let writing: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            _ = unsafe pipe(&ends)
            (reading, writing) = (ends[0], ends[1])
        }

        deinit {
            close(reading)
            close(writing)
        }

        /// What is in the pipe now.
        func take() -> String {
            var bytes = [UInt8](repeating: 0, count: 1 << 18)
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe read(reading, $0.baseAddress, $0.count)
            }
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test func `what was logged before the end is written`() throws {
        let pipe = Pipe()
        let log = try Log(format: .json, to: pipe.writing)
        log.info("first", [("name", "value")])
        log.warn("second")
        log.finish()
        let lines = pipe.take().split(separator: "\n")
        #expect(lines.count == 2)
        let first = try JSONReader.parse(Array((lines.first ?? "").utf8))
        #expect(first["ev"]?.stringValue == "first")
        #expect(first["name"]?.stringValue == "value")
        #expect(lines.last?.contains("\"level\":\"warn\"") == true)
    }

    @Test func `ten lines a second and cause are written, the others counted`() throws {
        let pipe = Pipe()
        let log = try Log(format: .text, to: pipe.writing)
        for _ in 0..<100 { log.info("noise") }
        log.info("signal")
        log.finish()
        let lines = pipe.take().split(separator: "\n")
        // The second may have turned once meanwhile.
        #expect((11...21).contains(lines.count))
        #expect(lines.count + log.suppressed.current == 101)
        #expect(lines.contains { $0.contains("ev=signal") })
    }

    @Test func `a control character cannot begin a line of its own`() throws {
        for format in [Log.Format.json, .text] {
            let pipe = Pipe()
            let log = try Log(format: format, to: pipe.writing)
            log.info("odd", [("name", "a\r\nev=forged\u{0}\u{7F}")])
            log.finish()
            #expect(pipe.take().split(separator: "\n").count == 1)
        }
    }

    @Test func `a log line has no C1 controls and no marks of direction`() throws {
        let odd = "http://x\u{9B}31m\u{202E}\u{2066}\u{85}\u{2028}\u{200F}\u{7F}é"
        for format in [Log.Format.json, .text] {
            let pipe = Pipe()
            let log = try Log(format: format, to: pipe.writing)
            log.warn("origin_rejected", [("origin", odd)])
            log.finish()
            let line = pipe.take()
            let shown = #"http://x\u009b31m\u202e\u2066\u0085\u2028\u200f\u007fé"#
            #expect(line.contains(shown))
            guard format == .json else { continue }
            // Who reads the JSON gets what was sent.
            let fields = try JSONReader.parse(Array(line.utf8.dropLast()))
            #expect(fields["origin"]?.textValue == ExactText(odd))
        }
    }

    @Test func `a log pipe that is not read blocks nothing, and the lost lines are counted`() throws
    {
        let pipe = Pipe()
        let writer = try LogWriter(descriptor: pipe.writing)
        let line = [UInt8](repeating: 0x61, count: 1000)
        let began = monotonicMilliseconds()
        for _ in 0..<1000 { writer.write(line) }
        #expect(monotonicMilliseconds() - began < 1000)
        // The pipe holds 64 KiB and the queue as much, more or less a line.
        #expect((800...950).contains(writer.dropped.current))
        // The end does not wait for a reader either; then the reader comes, and lets the thread go.
        writer.finish(withinMilliseconds: 10)
        var left = (1000 - writer.dropped.current) * line.count
        while left > 0 { left -= pipe.take().utf8.count }
        #expect(left == 0)
    }
}
