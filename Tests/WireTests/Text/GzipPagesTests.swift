import Foundation
import Testing
import Wire

@Suite struct GzipPagesTests {
    private static let text = Array(
        String(repeating: "The same line again, and again.\n", count: 400).utf8)

    /// What `gzip -dc` makes of it: another program than the one that packed it.
    private static func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString).gz")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return Array(data)
    }

    private static func packed(_ pages: [[UInt8]]) throws -> [UInt8] {
        var gzip = GzipPages()
        var packed: [UInt8] = []
        for (index, page) in pages.enumerated() {
            let part = gzip.pack(page, isLast: index == pages.count - 1)
            packed += try #require(part)
        }
        return packed
    }

    @Test(arguments: [1, 2, 7, 50])
    func `pages are one file together`(_ count: Int) throws {
        let size = Self.text.count / count + 1
        let pages = stride(from: 0, to: Self.text.count, by: size).map {
            Array(Self.text[$0..<min($0 + size, Self.text.count)])
        }
        let packed = try Self.packed(pages)
        #expect(try Self.unpacked(packed) == Self.text)
        #expect(packed.count < Self.text.count / 2)
    }

    @Test func `empty pages change nothing`() throws {
        #expect(try Self.unpacked(Self.packed([[]])) == [])
        #expect(try Self.unpacked(Self.packed([[], Self.text, [], []])) == Self.text)
    }

    @Test func `what cannot be packed shorter is packed all the same`() throws {
        var random = SystemRandomNumberGenerator()
        let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(try Self.unpacked(Self.packed([noise, noise])) == noise + noise)
    }
}
