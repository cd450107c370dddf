// Ready-made histories: one with everything that an event can hold, and hundreds of random ones.

import TestSupport
import Testing
import Text
import Tickets

extension InMemoryJournal {
    /// Every kind of event and every change of field, with the texts that break careless stores.
    func holdEveryKindOfEvent() throws -> TicketID {
        let ticket = try create(
            title: "Imprimante 🖨️ “en feu”; DROP TABLE events; --", tags: ["नमस्ते", "$where"],
            key: "k-0")
        let id = ticket.id
        pass(minutes: 180)
        try raiseAlarm(on: id)
        pass(minutes: 36)
        try raiseAlarm(on: id)
        pass(minutes: 60)
        try raiseAlarm(on: id)
        try edit(id, key: "k-1") {
            $0.draft = Draft(body: "On regarde. 👩‍👩‍👧‍👦 हिन्दी \u{1}\u{1F}\u{7F}\r\n\t\\\"'\u{2028}")
            $0.draft?.mentions = [InMemoryJournal.otherTech.id]
            $0.action = .take
        }
        try say("They always say that.", on: id, isInternal: true, key: "k-2")
        try edit(id) {
            $0.edits.priority = .urgent
            $0.edits.category = .change
            $0.edits.title = "Émilie’s printer"
            $0.edits.project = "print.2/é"
            $0.edits.watchers = [InMemoryJournal.otherTech.id, InMemoryJournal.otherClient.id]
            $0.edits.tags = []
        }
        try edit(id) { $0.edits.targetHours = 3.0 }
        try edit(id) { $0.edits.targetHours = 0.1 + 0.2 }
        try edit(id) { $0.edits.targetHours = .some(nil) }
        try edit(id) { $0.edits[.dueAt] = .time(Timestamp(milliseconds: 1_800_000_000_001)) }
        try edit(id) { $0.edits.assignedTo = .person(InMemoryJournal.otherTech.id) }
        try edit(id) { $0.action = .wait }
        pass(minutes: 90)
        try say("Still smoking", on: id, by: InMemoryJournal.client, key: "k-3")
        try edit(id) { $0.action = .resolve }
        try edit(id, by: InMemoryJournal.client) { $0.action = .reopen }
        try edit(id) { $0.action = .release }
        try record(eventWithFiles(on: id))
        try edit(id) { $0.action = .close }
        return id
    }

    private func eventWithFiles(on id: TicketID) throws -> TicketEvent {
        let snapshot = try #require(snapshots[id])
        let file = Attachment(
            id: .make(at: now), name: "fumée “1”.png", type: "image/png", size: 26_214_400)
        let message = Message(
            id: .make(at: now), body: "", isInternal: false, mentions: [InMemoryJournal.admin.id],
            attachments: [file])
        return TicketEvent(
            ticket: id, seq: snapshot.seq + 1, publicPrev: snapshot.publicActivity.seq, at: now,
            by: InMemoryJournal.admin, cause: .system, kind: .message, message: message, key: "k-4",
            fingerprint: .max)
    }

    /// Public and internal events by turns, `count` in all.
    func holdMixedConversation(count: Int) throws -> TicketID {
        let id = try create().id
        for number in 2...count {
            try say("Message \(number)", on: id, isInternal: number % 3 != 0)
        }
        return id
    }

    /// Random commands on `count` tickets. Times are coarse, so that sort values tie.
    func holdRandomConversations(count: Int, _ random: inout SeededGenerator) throws {
        for _ in 0..<count {
            try create(
                by: random.pick(from: [InMemoryJournal.client, InMemoryJournal.otherClient]),
                title: random.pick(from: RandomWords.titles),
                project: random.pick(from: RandomWords.projects),
                priority: random.pick(from: Priority.allCases),
                category: random.pick(from: Tickets.Category.allCases),
                tags: random.some(of: RandomWords.tags))
            if random.chance(1, in: 3) { pass(minutes: 15) }
        }
        let ids = tickets.map(\.id)
        for _ in 0..<count * 4 {
            try actAtRandom(on: random.pick(from: ids), &random)
            if random.chance(1, in: 40) { pass(minutes: 15) }
        }
        for id in ids { try raiseAlarm(on: id) }
    }

    private func actAtRandom(on id: TicketID, _ random: inout SeededGenerator) throws {
        let staff = random.pick(from: [
            InMemoryJournal.admin, InMemoryJournal.tech, InMemoryJournal.otherTech,
        ])
        let isClosed = snapshots[id]?.status == .closed
        switch random.next(below: 8) {
        case 0 where !isClosed: try say("Any news?", on: id, by: InMemoryJournal.client)
        case 1 where !isClosed: try say("Working on it.", on: id, by: staff)
        case 2: try say("Hm.", on: id, by: staff, isInternal: true)
        case 3:
            let status = random.pick(
                from: isClosed ? [.open, .inProgress, .closed] : Status.allCases)
            try edit(id, by: staff) { $0.edits.status = status }
        case 4:
            let priority = random.pick(from: Priority.allCases)
            try edit(id, by: staff) { $0.edits.priority = priority }
        case 5:
            let watchers = random.some(of: InMemoryJournal.people.map(\.id))
            try edit(id, by: staff) { $0.edits.watchers = watchers }
        case 6:
            let tags = random.some(of: RandomWords.tags)
            try edit(id, by: staff) { $0.edits.tags = tags }
        default:
            let assignee = random.pick(
                from: [
                    Assignee.nobody, .person(InMemoryJournal.tech.id),
                    .person(InMemoryJournal.otherTech.id),
                ])
            try edit(id, by: staff) { $0.edits.assignedTo = assignee }
        }
    }
}

enum RandomWords {
    static let titles = [
        "Printer on FIRE", "Écran bleu 100%_", "VPN: no route", "भाषा बदलें", "Mot de passe (oublié)",
    ]
    static let projects: [ExactText] = ["print", "network", "Réseau", "a.b$c"]
    static let tags: [ExactText] = ["vip", "later", "hardware", "भाषा"]
    static let texts = [
        "fire", "ÉCRAN", "%_", "t-1", "(oub", ".*", "भाषा", "🌻", "smokes.\n", "zzz",
        "ecr", "working on", "hm", "any news", "hm passe", "of",
    ]
}
