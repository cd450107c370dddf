import Adoption
import Testing
import Text
import Tickets

struct ValueTests {
    @Test(
        arguments: [
            ("en cours", Status.inProgress), ("in-progress", .inProgress),
            ("IN_PROGRESS", .inProgress),
            ("résolu", .resolved), ("Re\u{301}solu", .resolved), ("Fermé", .closed), ("new", .open),
            ("En attente", .waiting), ("clos", .closed),
        ])
    func `a status is known in English and French`(word: String, status: Status) throws {
        #expect(try Adopted(#""status": "\#(word)""#).snapshot.status == status)
    }

    @Test func `an unknown value is named with its tickets`() throws {
        let report = try Adopted(#""status": "escaladé N3""#).report
        #expect(!report.isUnderstood)
        #expect(report.notUnderstood == 1)
        #expect(report.lines.contains { $0.contains("“escaladé N3”: 1 → NOT UNDERSTOOD") })
    }

    @Test func `a map says what a value and a field become`() throws {
        let adopted = try Adopted(
            #""etape": "escaladé N3", "meta": {"level": "P0"}"#,
            map: """
                {"fields": {"status": "etape", "priority": "meta.level"},
                 "values": {"status": {"Escaladé n3": "in_progress"}, "priority": {"P0": "urgent"}}}
                """)
        #expect(adopted.snapshot.status == .inProgress)
        #expect(adopted.snapshot.priority == .urgent)
        #expect(adopted.report.isUnderstood)
    }

    @Test(
        arguments: [
            "[]", "{", #"{"fields": {"colour": "x"}}"#, #"{"values": {"status": {"x": "done"}}}"#,
            #"{"values": {"mood": {"x": "open"}}}"#, #"{"more": {}}"#,
        ])
    func `a wrong map is refused`(map: String) {
        #expect(throws: OldDocumentError.self) { try AdoptionMap(json: Array(map.utf8)) }
    }

    @Test(
        arguments: [
            #""createdAt": "yesterday""#, #""createdAt": 253402214400000"#,
            #""createdAt": "0001-01-01T00:00:00Z""#, #""title": ["a"]"#, #""messages": "hello""#,
            #""messages": [7]"#, #""messages": [{"author": [["x"]]}]"#, #""history": 12"#,
            #""messages": [{"content": {"a": 1}}]"#,
            #""messages": [{"_id": "aaaaaaaaaaaaaaaaaaaaaaaa"}, {"_id": "aaaaaaaaaaaaaaaaaaaaaaaa"}]"#,
        ])
    func `a document that breaks the rules of every ticket is refused`(fields: String) {
        #expect(throws: OldDocumentError.self) { try Adopted(fields) }
    }

    @Test func `a text is kept whole up to 1 MiB`() throws {
        let most = String(repeating: "x", count: 1 << 20)
        #expect(try Adopted(#""messages": [{"content": "\#(most)"}]"#).bodies == [most])
        #expect(throws: OldDocumentError.self) {
            try Adopted(#""messages": [{"content": "\#(most)x"}]"#)
        }
    }

    @Test(
        arguments: [
            #""2025-03-01T10:00:00.000Z""#, #""2025-03-01T11:00:00.000+0100""#, "1740823200000",
            #""1740823200000""#, "1740823200", #""2025-03-01 10:00:00""#, "1740823200000.0",
            #"{"$date": "2025-03-01T10:00:00Z"}"#,
        ])
    func `a time is a date, a text or a number`(time: String) throws {
        let adopted = try Adopted(#""messages": [{"content": "a", "at": \#(time)}]"#)
        #expect(adopted.ticket.events.last?.at.milliseconds == 1_740_823_200_000)
    }

    @Test func `damaged BSON is refused at every length`() throws {
        let whole: [UInt8] = [
            0x1A, 0, 0, 0, 0x02, 0x61, 0, 0x02, 0, 0, 0, 0x62, 0, 0x09, 0x63, 0, 1, 0, 0, 0, 0, 0,
            0, 0,
            0x0A, 0x64, 0, 0,
        ]
        var document = whole
        document[0] = UInt8(whole.count)
        guard case .object(let fields) = try OldBSON.document(document) else { return }
        #expect(fields.map(\.name) == ["a", "c", "d"])
        for count in 0..<document.count {
            #expect(throws: OldDocumentError.self) {
                try OldBSON.document(Array(document.prefix(count)))
            }
        }
    }
}
