import Adoption
import Testing
import Text
import Tickets

struct FileTests {
    @Test func `a path leads from the whole place to the base name`() {
        #expect(
            OldPath("https://desk.example.org/uploads/57/a%20b.png?v=2").candidates.contains(
                ["uploads", "57", "a b.png"]))
        let path = OldPath("/uploads/57/a.png")
        #expect(path.candidates == [["uploads", "57", "a.png"], ["57", "a.png"], ["a.png"]])
        #expect(OldPath(#"C:\files\a.png"#).candidates.last == ["a.png"])
        #expect(OldPath("download?id=5").query == "id=5")
    }

    @Test(
        arguments: [
            "../../etc/passwd", "/uploads/../../etc/passwd", #"..\..\etc\passwd"#,
            "%2e%2e/%2e%2e/etc/passwd", "..%2Fpasswd", "/etc/..%2f..%2fpasswd",
        ])
    func `no path leads out of its folder`(place: String) {
        let candidates = OldPath(place).candidates
        #expect(candidates.last == ["passwd"])
        #expect(!candidates.contains { $0.contains("..") || $0.contains { $0.contains("/") } })
    }

    @Test(
        arguments: [
            "", "..", "/", ".", "a/..", "passwd\0.png", "%00", "https://desk.example.org",
        ])
    func `a place may be none`(place: String) {
        #expect(OldPath(place).candidates.allSatisfy { $0 != [""] && !$0.contains("..") })
        #expect(!OldPath(place).candidates.joined().contains { $0.utf8.contains(0) })
    }

    @Test func `a link says the name, the place, the type and the size`() throws {
        let adopted = try Adopted(
            """
            "attachments": ["/u/plan.pdf"],
            "messages": [{"content": "see", "attachments": [
              {"name": "a.png", "url": "/u/a.png", "size": 12, "type": "image/png"},
              {"originalname": "b.txt", "filename": "8f3a", "mimetype": "text/plain",
               "fieldname": "file", "encoding": "7bit"}]}]
            """)
        #expect(adopted.snapshot.description == "/u/plan.pdf")
        #expect(
            adopted.bodies == [
                "see\n\na.png: /u/a.png (image/png, 12 bytes)\nb.txt: 8f3a (text/plain)"
            ])
        #expect(adopted.report.links == 3)
        #expect(adopted.differences.isEmpty)
    }

    @Test func `nothing of an attachment is lost`() throws {
        let adopted = try Adopted(
            """
            "messages": [{"content": "see", "attachments": [
              {"name": "a.png", "url": "/u/a.png", "checksum": "abc", "size": "big"},
              {"fileId": 7}, null]}]
            """)
        let note = try #require(adopted.bodies.last)
        #expect(note.contains("messages[1].attachments[1].checksum: abc"))
        #expect(note.contains("messages[1].attachments[1].size: big"))
        #expect(note.contains("messages[1].attachments[2]: {fileId: 7}"))
    }

    @Test func `an id that is not an ObjectId maps to the same id in every run and is counted`()
        throws
    {
        let fields = #""messages": [{"_id": "m-1", "content": "a"}, {"_id": 2, "content": "b"}]"#
        let (one, other) = (try Adopted(fields), try Adopted(fields))
        let ids = one.ticket.events.compactMap { $0.message?.id }
        #expect(ids == other.ticket.events.compactMap { $0.message?.id })
        #expect(Set(ids).count == 2)
        #expect(one.report.lines.contains("  messages._id: 2"))
        #expect(throws: OldDocumentError.self) {
            try Adopted(#""messages": [{"_id": 1}, {"_id": 1}]"#)
        }
    }
}
