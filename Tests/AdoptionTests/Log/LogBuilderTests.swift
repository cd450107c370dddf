import Adoption
import Testing
import Text
import Tickets

struct LogBuilderTests {
    @Test func `an empty document becomes a ticket with the standard values`() throws {
        let adopted = try Adopted("")
        let ticket = adopted.snapshot
        #expect(adopted.kinds == [.created])
        #expect("\(ticket.id)" == "0123456789abcdef01234567")
        #expect((ticket.status, ticket.priority) == (.open, .normal))
        #expect((ticket.category, ticket.project) == (.incident, "default"))
        #expect(ticket.client.id == "unknown")
        #expect(ticket.sla.state == .none)
        #expect(adopted.report.isUnderstood)
    }

    @Test func `arrays merge by time, and the history comes first on a tie`() throws {
        let adopted = try Adopted(
            """
            "status": "in_progress", "client": "ann",
            "messages": [
              {"content": "one", "author": "ann", "createdAt": "2025-03-01T10:00:00Z"},
              {"content": "two", "author": "bob", "createdAt": "2025-03-01T09:30:00Z"}],
            "history": [
              {"action": "status", "from": "open", "to": "in_progress", "by": "bob",
               "at": "2025-03-01T10:00:00Z"}]
            """)
        #expect(adopted.kinds == [.created, .change, .message, .message])
        #expect(adopted.bodies == ["one", "two"])
        #expect(adopted.report.clamped == 1)
        let times = adopted.ticket.events.map(\.at)
        #expect(times == times.sorted())
        #expect(adopted.ticket.events[3].by.role == .technician)
        #expect(adopted.differences.isEmpty)
    }

    @Test func `the log folds to the snapshot, and its chain is whole`() throws {
        let adopted = try Adopted(Self.rich)
        let events = adopted.ticket.events
        #expect(Ticket.fold(events) == adopted.snapshot)
        #expect(events.map(\.seq) == Array(1...events.count))
        var visible = 0
        for event in events {
            #expect(event.publicPrev == visible)
            if event.isPublic { visible = event.seq }
        }
        #expect(adopted.differences.isEmpty)
    }

    @Test func `clocks stay as they were`() throws {
        let sla = try Adopted(Self.rich).snapshot.sla
        #expect(sla.deadlineAt == Timestamp(rfc3339: "2025-03-02T09:00:00Z"))
        #expect(sla.targetHours == 24)
        #expect((sla.state, sla.breached) == (.missed, true))
        #expect(sla.resolvedAt == Timestamp(rfc3339: "2025-03-03T09:00:00Z"))
        #expect(sla.nextAlarm == nil)
    }

    @Test func `what fell due before the move is past, and what is paused stays so`() throws {
        let overdue = try Adopted(
            #""status": "open", "sla": {"targetHours": 1, "breached": false}"#)
        #expect(overdue.kinds == [.created, .sla])
        #expect(overdue.snapshot.sla.isOverdue)
        #expect(overdue.snapshot.sla.nextAlarm == nil)
        let paused = try Adopted(
            """
            "status": "waiting", "sla": {"targetHours": 1, "pausedAt": "2025-03-01T09:20:00Z"},
            "updatedAt": "2025-03-05T09:20:00Z"
            """)
        #expect(paused.snapshot.sla.state == .paused)
        #expect(paused.snapshot.sla.pausedAt == Timestamp(rfc3339: "2025-03-01T09:20:00Z"))
        #expect(!paused.snapshot.sla.breached)
    }

    @Test func `fields without a place become one internal note`() throws {
        let adopted = try Adopted(
            #""moodRing": {"colour": "green"}, "__v": 3, "messages": [{"content": "a", "likes": 2}]"#
        )
        #expect(adopted.bodies.count == 2)
        let note = try #require(adopted.ticket.events.last?.message)
        #expect(note.isInternal)
        #expect(
            note.body.contains(#"moodRing: {colour: "green"}"#) || note.body.contains("moodRing"))
        #expect(note.body.contains("messages[1].likes: 2"))
        #expect(!note.body.contains("__v"))
    }

    @Test func `people without a user document are named by their ids`() throws {
        let adopted = try Adopted(
            """
            "client": "u1", "assignedTo": {"_id": "u2", "firstName": "Léo", "lastName": "Roy"},
            "watchers": ["u3", "u3"], "status": "en cours"
            """, users: [#"{"_id": "u1", "fullName": "Anne", "role": "customer"}"#])
        #expect(adopted.snapshot.client == Person(id: "u1", name: "Anne", role: .client))
        #expect(
            adopted.snapshot.assignedTo == Person(id: "u2", name: "Léo Roy", role: .technician))
        #expect(adopted.snapshot.watchers.map(\.name) == ["u3"])
        #expect(adopted.snapshot.status == .inProgress)
    }

    private static let rich = """
        "title": "Écran noir", "description": "Rien", "status": "Résolu", "priority": "HAUTE",
        "category": "demande", "client": "ann", "assignedTo": "bob", "tags": ["vip", "vip"],
        "sla": {"targetHours": 24, "deadlineAt": "2025-03-02T09:00:00Z", "breached": true,
                "resolvedAt": "2025-03-03T09:00:00Z"},
        "messages": [
          {"_id": "aaaaaaaaaaaaaaaaaaaaaaaa", "body": "Hello", "from": "ann", "at": 1740823200000},
          {"text": "Note", "senderId": "bob", "visibility": "interne",
           "date": "2025-03-01T11:00:00+01:00", "files": [{"name": "a.txt", "url": "/u/a.txt"}]}],
        "history": [
          {"type": "assignation", "to": "bob", "by": "bob", "at": "2025-03-01T10:30:00Z"},
          {"type": "statut", "from": "Ouvert", "to": "En cours", "by": "bob",
           "at": "2025-03-01T10:30:00Z", "note": "Je prends"},
          {"type": "priority", "from": "basse", "to": "haute", "by": "cara",
           "at": "2025-03-01T12:30:00Z"},
          {"type": "status", "to": "resolved", "by": "bob", "at": "2025-03-03T09:00:00Z"}]
        """
}
