import Adoption
import Testing
import Text
import Tickets

/// Every name of a field, and every way to write a value, that old documents are known to have.
struct AliasTests {
    @Test(arguments: ["content", "body", "message", "text"])
    func `the words of a message`(name: String) throws {
        #expect(try Adopted(#""messages": [{"\#(name)": "hello"}]"#).bodies == ["hello"])
    }

    @Test(arguments: ["author", "authorId", "user", "userId", "sender", "from", "createdBy"])
    func `the author of a message`(name: String) throws {
        let adopted = try Adopted(#""messages": [{"content": "a", "\#(name)": "ann"}]"#)
        #expect(adopted.ticket.events.last?.by.id == "ann")
    }

    @Test(arguments: ["role", "authorRole", "senderRole"])
    func `the role of an author`(name: String) throws {
        let adopted = try Adopted(
            #""messages": [{"content": "a", "author": "ann", "\#(name)": "admin"}]"#)
        #expect(adopted.ticket.events.last?.by.role == .admin)
    }

    @Test(
        arguments: [
            #""internal": true"#, #""isInternal": "true""#, #""private": 1"#,
            #""visibility": "internal""#, #""visibility": "Interne""#, #""visibility": "PRIVATE""#,
        ])
    func `an internal message`(field: String) throws {
        let adopted = try Adopted(#""messages": [{"content": "a", \#(field)}]"#)
        #expect(adopted.ticket.events.last?.message?.isInternal == true)
    }

    @Test(arguments: ["createdAt", "date", "at", "timestamp"])
    func `the time of a message`(name: String) throws {
        let adopted = try Adopted(
            #""messages": [{"content": "a", "\#(name)": "2025-03-01T10:00:00Z"}]"#)
        #expect(adopted.ticket.events.last?.at == Timestamp(rfc3339: "2025-03-01T10:00:00Z"))
    }

    @Test(
        arguments: ["client", "clientId", "userId", "createdBy", "customer", "requester", "owner"])
    func `the client of a ticket`(name: String) throws {
        #expect(try Adopted(#""\#(name)": "ann""#).snapshot.client.id == "ann")
    }

    @Test(arguments: ["action", "type", "field"], ["by", "user", "author", "actor"])
    func `a line of the history says what changed and who did it`(what: String, who: String) throws
    {
        let adopted = try Adopted(
            """
            "priority": "high",
            "history": [{"\(what)": "priority", "from": "low", "to": "high", "\(who)": "bob"}]
            """)
        #expect(adopted.ticket.events.last?.by.id == "bob")
        #expect(adopted.kinds == [.created, .change])
    }

    @Test(arguments: ["from", "oldValue", "previous"], ["to", "newValue", "value"])
    func `the values of a line of the history`(before: String, after: String) throws {
        let adopted = try Adopted(
            """
            "priority": "high",
            "history": [{"field": "priority", "\(before)": "low", "\(after)": "high", "by": "bob"}]
            """)
        #expect(adopted.ticket.events.first?.created?.priority == .low)
        #expect(adopted.snapshot.priority == .high)
        #expect(adopted.kinds == [.created, .change])
    }

    @Test(
        arguments: [
            #""action": "updated", "field": "priority""#, #""type": "update", "field": "priorité""#,
            #""action": "priority_change", "field": "priority""#,
        ])
    func `a line may say what it is about in a second word`(words: String) throws {
        let adopted = try Adopted(
            """
            "priority": "high",
            "history": [{\(words), "oldValue": "low", "newValue": "high", "by": "bob"}]
            """)
        #expect(adopted.kinds == [.created, .change])
        #expect(adopted.ticket.events.last?.by.id == "bob")
        #expect(adopted.report.lines.allSatisfy { !$0.contains("without a place") })
    }

    @Test(arguments: ["note", "comment", "details"])
    func `the note of a line of the history is internal`(name: String) throws {
        let adopted = try Adopted(
            #""history": [{"action": "note", "\#(name)": "Seen", "by": "bob"}]"#)
        #expect(adopted.bodies == ["Seen"])
        #expect(adopted.ticket.events.last?.message?.isInternal == true)
    }

    @Test(
        arguments: [
            ("haute", Priority.high), ("HAUTE", .high), ("Élevée", .high), ("urgent", .urgent),
            ("Urgente", .urgent), ("basse", .low), ("Faible", .low), ("normale", .normal),
            ("medium", .normal),
        ])
    func `a priority is known in English and French`(word: String, priority: Priority) throws {
        #expect(try Adopted(#""priority": "\#(word)""#).snapshot.priority == priority)
    }

    @Test(
        arguments: [
            ("demande", Category.request), ("Request", .request), ("changement", .change),
            ("ÉVOLUTION", .change), ("incident", .incident), ("Panne", .incident),
        ])
    func `a category is known in English and French`(word: String, category: Category) throws {
        #expect(try Adopted(#""category": "\#(word)""#).snapshot.category == category)
    }

    @Test(arguments: ["name", "fullName", "displayName"])
    func `the name of a person`(name: String) throws {
        let adopted = try Adopted(#""client": {"_id": "u1", "\#(name)": "Zoé Roy"}"#)
        #expect(adopted.snapshot.client.name == "Zoé Roy")
    }

    @Test(arguments: ["number", "ticketNumber", "reference", "numero"])
    func `the number of a ticket is read from its digits`(name: String) throws {
        #expect(try Adopted(#""\#(name)": "T-00042""#).report.isUnderstood)
    }
}
