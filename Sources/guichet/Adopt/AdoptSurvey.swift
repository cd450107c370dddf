// First pass over the old tickets: counts them and assigns their numbers.

import Adoption
import Text
import Tickets

struct AdoptSurvey {
    private let map: AdoptionMap
    private let now: Timestamp
    private(set) var directory = OldPeople()
    private(set) var projects = ProjectNames()
    private(set) var report = AdoptionReport()
    private(set) var plan = NumberPlan()
    /// Tickets with a value that has no meaning here.
    private(set) var notUnderstood = 0

    /// Where the files of adopted tickets are, to compare; nil: not needed.
    var stored: (any FileStore)?
    /// nil: files stay where they are.
    private let files: (any OldFiles)?

    init(_ map: AdoptionMap, files: (any OldFiles)?, now: Timestamp) {
        self.map = map
        self.files = files
        self.now = now
    }

    mutating func readPeople(_ source: any AdoptSource) throws {
        try source.visitPeople { directory.add($0, map) }
        try source.visitProjects { projects.add($0) }
        for (role, person) in directory.notUnderstood {
            report.noteNotUnderstood("users.role", role, of: person)
        }
    }

    mutating func readTickets(_ source: any AdoptSource) throws {
        let reader = OldTicketReader(map, directory, now: now)
        var progress = AdoptProgress("reading", of: source.count)
        try source.visitTickets { document in
            switch document {
            case .broken(let id, let reason): report.noteBad(id, reason)
            case .whole(let value):
                do {
                    let ticket = try reader.read(value, &report)
                    plan.add(ticket)
                    if let files {
                        report.noteFetchable(ticket.files.count { files.mayHave($0) })
                    }
                    if !ticket.isUnderstood { notUnderstood += 1 }
                    progress.note(messages: ticket.messageCount)
                } catch let error as OldDocumentError {
                    report.noteBad(OldTicketReader.name(of: value), error.description)
                }
            }
        }
        plan.assign()
        for id in plan.repeated.sorted() {
            report.noteBad(ExactText("\(id)"), "more than one document has this id")
        }
        Terminal.progress("")
    }

    /// For further walks.
    var walk: TicketWalk { TicketWalk(map: map, directory: directory, plan: plan, now: now) }

    /// Walks over the tickets again, without those that are bad.
    func visit(_ source: any AdoptSource, _ visit: (OldTicket) throws -> Void) throws {
        try walk.visit(source) { ticket in
            guard let stored, !ticket.files.isEmpty else { return try visit(ticket) }
            var known = ticket
            known.attach(try Self.attachments(of: known, in: stored))
            try visit(known)
        }
    }

    /// A file that could not be fetched after all.
    mutating func noteNotFetched(_ ticket: ExactText, _ file: OldAttachment, _ reason: String) {
        report.noteNotFetched(
            ticket, file.link, reason, wasFetchable: files?.mayHave(file) ?? false)
    }

    private static func attachments(
        of ticket: OldTicket, in store: any FileStore
    ) throws -> [FileID: Attachment] {
        var found: [FileID: Attachment] = [:]
        for file in ticket.files {
            guard let there = try store.file(file.id), there.claim?.ticket == ticket.id,
                try store.read(there, at: max(0, there.size - 1), count: 1)?.count
                    == min(1, there.size)
            else { continue }
            found[file.id] = there.attachment
        }
        return found
    }
}
