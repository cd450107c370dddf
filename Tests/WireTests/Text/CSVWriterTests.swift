import Foundation
import Testing
import Wire

@Suite struct CSVWriterTests {
    private static func row(_ cells: String?...) -> String {
        var csv = CSVWriter()
        for cell in cells { csv.cell(cell) }
        csv.endRow()
        return String(decoding: csv.finish(), as: UTF8.self)
    }

    @Test func `separates cells with commas and ends rows with CR LF`() {
        #expect(Self.row("a", nil, "ç", "") == "a,,ç,\r\n")
    }

    @Test(arguments: [
        (",", "\",\""), ("say \"no\"", "\"say \"\"no\"\"\""), ("a\nb", "\"a\nb\""),
        ("a\r\nb", "\"a\r\nb\""), ("a;b", "\"a;b\""), ("a\tb", "\"a\tb\""), ("a'b", "a'b"),
    ])
    func `quotes what would end a cell`(_ text: String, _ expected: String) {
        #expect(Self.row(text) == expected + "\r\n")
    }

    @Test(arguments: ["=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}"])
    func `puts an apostrophe before what begins a formula`(_ start: String) {
        #expect(Self.row("\(start)1+1") == "'\(start)1+1\r\n")
        #expect(Self.row("x\(start)") == "x\(start)\r\n")
        for unseen in [
            "\u{A0}", "\u{200B}", "\u{FEFF}", " \u{A0}", "\u{3000}", "\u{3164}", "\u{202E}",
        ] {
            #expect(Self.row("\(unseen)\(start)1") == "'\(unseen)\(start)1\r\n")
            #expect(Self.row("\(unseen)x") == "\(unseen)x\r\n")
        }
    }

    private struct Vector: Decodable {
        let cell: String
        let csv: String
    }

    /// The client makes tables of its own; both keep to one list.
    @Test func `agrees with the client on every cell`() throws {
        let file = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Vectors/csv-cells.json")
        let vectors = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
        #expect(vectors.count > 60)
        for vector in vectors {
            #expect(Self.row(vector.cell) == vector.csv + "\r\n", "\(vector.cell.debugDescription)")
        }
    }

    @Test func `stray control characters become visible`() {
        #expect(Self.row("a\0b\u{B}c\u{1B}[31m\u{7F}\u{9B}é") == "a�b�c�[31m��é\r\n")
        #expect(Self.row("\0=1") == "'�=1\r\n")
        #expect(Self.row("\u{85}@SUM(1)") == "'�@SUM(1)\r\n")
    }

    @Test(arguments: ["\t", "\r", "\n"])
    func `quotes such a cell too when it must`(_ start: String) {
        #expect(Self.row("\(start)=1") == "\"'\(start)=1\"\r\n")
        #expect(Self.row("=\"a\",b") == "\"'=\"\"a\"\",b\"\r\n")
    }

    @Test func `writes numbers and flags as they are`() {
        var csv = CSVWriter()
        csv.cell(-5)
        csv.cell(true)
        csv.endRow()
        csv.row(["x", "y"])
        #expect(String(decoding: csv.finish(), as: UTF8.self) == "-5,true\r\nx,y\r\n")
    }
}
