// Tickets of a JSON Lines file: each is put together from its lines, wherever they stand.

import Foundation
import Testing
import Text

@testable import Adoption
@testable import guichet

struct LinesSourceTests {
    /// The documents of a file with these lines, each as `ID: BODY, BODY …` or `ID! REASON`.
    private func documents(_ lines: [String]) throws -> [String] {
        try withScratchFolder { folder in
            let path = "\(folder)/tickets.jsonl"
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: path))
            var documents: [String] = []
            try LinesSource(path: path).visitTickets { documents.append(Self.text(of: $0)) }
            return documents
        }
    }

    private static func text(of document: OldDocument) -> String {
        switch document {
        case .broken(let id, let reason): return "\(id)! \(reason)"
        case .whole(let value):
            let messages: [OldValue]
            if case .array(let all)? = value["messages"] { messages = all } else { messages = [] }
            let bodies = messages.map { $0["content"]?.text ?? "-" }
            return "\(value["_id"]?.text ?? "-"): \(bodies.joined(separator: ", "))"
        }
    }

    @Test func `lines of several tickets may alternate`() throws {
        let documents = try documents([
            #"{"type":"ticket","id":"a","title":"A"}"#,
            #"{"type":"ticket","id":"b","title":"B"}"#,
            #"{"type":"message","ticket":"a","content":"one"}"#,
            #"{"type":"message","ticket":"b","content":"two"}"#,
            "",
            #"{"type":"message","ticket":"a","content":"three"}"#,
        ])
        #expect(documents == ["a: one, three", "b: two"])
    }

    @Test(arguments: [
        (#"{"type":"message","ticket":"z","content":"?"}"#, "the ticket z does not come before it"),
        (#"{"type":"ticket","id":"a"}"#, "the ticket a comes twice"),
        (#"{"type":"ticket"}"#, "the ticket has no id"),
        (#"{"type":"message"}"#, "it names no ticket"),
        (#"{"type":"other"}"#, "its type must be person, ticket, message or change"),
        (#"["a"]"#, "its type must be person, ticket, message or change"),
    ])
    func `a line that belongs to no ticket is named, and the others are read`(
        line: String, reason: String
    ) throws {
        let documents = try documents([
            #"{"type":"ticket","id":"a"}"#, line,
            #"{"type":"ticket","id":"b"}"#, #"{"type":"message","ticket":"a","content":"one"}"#,
        ])
        #expect(documents == ["line 2! \(reason)", "a: one", "b: "])
    }

    @Test func `a line that is no JSON is named`() throws {
        let documents = try documents([#"{"type":"ticket","id":"a"}"#, #"{"type":"#])
        #expect(documents.count == 2 && documents[0].hasPrefix("line 2! "))
    }

    @Test func `ids that Unicode calls equal are two tickets`() throws {
        let documents = try documents([
            #"{"type":"ticket","id":"\u00e9"}"#, #"{"type":"ticket","id":"e\u0301"}"#,
            #"{"type":"message","ticket":"e\u0301","content":"one"}"#,
        ])
        let expected = ["\u{E9}: ", "e\u{301}: one"]
        #expect(documents.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test func `a file that became shorter since its first reading is an error`() throws {
        try withScratchFolder { folder in
            let path = "\(folder)/tickets.jsonl"
            try Data(#"{"type":"ticket","id":"a"}"#.utf8).write(to: URL(filePath: path))
            let source = try LinesSource(path: path)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.truncate(atOffset: 5)
            let error = #expect(throws: UsageError.self) { try source.visitTickets { _ in } }
            #expect(error?.message == "\(path) has changed while it was read")
        }
    }
}
