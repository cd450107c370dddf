// `guichet serve --demo`: sample people, projects and conversations, made through the same rules as
// real commands.

import Foundation
import Reactor
import Text
import Tickets
import Wire

struct Demo {
    private let people: [ConversationFile.Member]
    private let conversations: [ConversationFile.Conversation]

    init() throws {
        let file = try ConversationFile(bytes: PackageResources.conversations_jsonl)
        let more = try ConversationFile(bytes: PackageResources.more_jsonl)
        people = file.people
        conversations = file.conversations + more.conversations
    }

    /// Fills an empty store; a store with tickets is left as it is.
    func seed(_ opener: any TicketStoreOpener, policy: SLAPolicy) throws {
        let store = try opener.openStore()
        var batch = StoreBatch()
        batch.people = people.map(\.person)
        guard try store.highestNumber() == 0 else { return try store.commit(batch) }
        let known = Dictionary(batch.people.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let files = DemoFiles(try opener.openFiles())
        for (index, conversation) in conversations.enumerated() {
            var story = Story(
                conversation, number: 1001 + index, people: known, files: files, policy: policy,
                endsMinutesAgo: Self.age(of: conversation, index))
            try story.tell()
            batch.events += story.events
            batch.statistics.note(log: story.events)
            if let snapshot = story.snapshot { batch.snapshots.append(snapshot) }
        }
        batch.files = files.uploads
        try store.commit(batch)
    }

    /// New tickets are recent, finished ones older: the queue shows every state of the clocks.
    private static func age(of conversation: ConversationFile.Conversation, _ index: Int) -> Int {
        switch conversation.status {
        case .open: 6 + 11 * (index % 5)
        case .inProgress, .waiting: 12 + 23 * (index % 6)
        case .resolved, .closed: 300 + 190 * (index % 7)
        }
    }

    /// One sign-in link for each person; the link alone is enough to sign in.
    func printLinks(_ address: String, secret: [UInt8]) {
        Terminal.say("\nOpen one of these; each is a person, signed in for 12 hours:")
        for member in people {
            let now = Int(wallClockMilliseconds() / 1000)
            let claims = TokenClaims(
                id: member.person.id, role: ExactText(member.person.role.rawValue),
                name: member.person.name,
                email: nil, projects: member.projects.isEmpty ? nil : member.projects,
                locale: member.locale, expiresAt: now + 12 * 3600, issuedAt: now)
            let page = member.person.role == .client ? "client-portal" : "admin/tickets"
            let token = TokenSigner.sign(claims: claims, secret: secret)
            Terminal.say(
                "  \(member.person.name) (\(member.person.role.rawValue))\n    \(address)/\(page)#token=\(token)"
            )
        }
        Terminal.say("")
    }
}

/// Builds the events of one conversation, dated some minutes ago.
private struct Story {
    private let conversation: ConversationFile.Conversation
    private let number: Int
    private let people: [ExactText: Person]
    private let files: DemoFiles
    private let policy: SLAPolicy
    private let startsAt: Int64
    private let stepMs: Int64 = 4 * 60_000
    private(set) var events: [TicketEvent] = []
    private(set) var snapshot: Ticket?

    init(
        _ conversation: ConversationFile.Conversation, number: Int, people: [ExactText: Person],
        files: DemoFiles, policy: SLAPolicy, endsMinutesAgo: Int
    ) {
        self.conversation = conversation
        self.number = number
        self.people = people
        self.files = files
        self.policy = policy
        startsAt =
            wallClockMilliseconds() - Int64(endsMinutesAgo) * 60_000
            - Int64(conversation.turns.count) * stepMs
    }

    mutating func tell() throws {
        guard let client = conversation.client.flatMap({ people[$0] }) else { return }
        let technician = conversation.technician.flatMap { people[$0] }
        for (index, turn) in conversation.turns.enumerated() {
            let rules = rules(at: index)
            guard let snapshot else {
                try create(turn, by: client, rules)
                continue
            }
            guard let author = turn.isFromClient ? client : technician else { continue }
            var edit = TicketEdit()
            edit.draft = Draft(body: turn.body)
            edit.draft?.isInternal = turn.isInternal
            edit.draft?.attachments = try upload(turn, by: author, at: index)
            if !turn.isFromClient, snapshot.assignedTo == nil { edit.action = .take }
            try add(edit, by: author, rules)
        }
        try finish(by: technician)
    }

    private mutating func create(
        _ turn: ConversationFile.Turn, by client: Person, _ rules: TicketRules
    ) throws {
        var new = NewTicket(
            title: conversation.title, description: turn.body, category: conversation.category,
            priority: conversation.priority, project: conversation.project)
        new.tags = conversation.tags
        new.attachments = try upload(turn, by: client, at: 0)
        let event = try rules.create(
            new, number: number, by: Caller(person: client), key: nil, fingerprint: 0)
        events.append(event)
        snapshot = event.created
    }

    private mutating func finish(by technician: Person?) throws {
        guard let snapshot, let technician, snapshot.status != conversation.status else { return }
        var edit = TicketEdit()
        edit.edits.status = conversation.status
        try add(edit, by: technician, rules(at: conversation.turns.count))
    }

    private mutating func add(_ edit: TicketEdit, by author: Person, _ rules: TicketRules) throws {
        guard let snapshot else { return }
        let caller = Caller(person: author, reachesAllTickets: true)
        guard
            let event = try rules.decide(edit, on: snapshot, by: caller, key: nil, fingerprint: 0)
        else { return }
        events.append(event)
        self.snapshot = snapshot.applying(event)
    }

    private func upload(
        _ turn: ConversationFile.Turn, by author: Person, at step: Int
    ) throws -> [FileID] {
        try turn.files.map { try files.upload($0, by: author.id, at: time(of: step)) }
    }

    private func rules(at step: Int) -> TicketRules {
        let (people, files) = (people, files)
        return TicketRules(
            policy: policy, limits: ContentLimits(), now: time(of: step), person: { people[$0] },
            file: { files.file($0) })
    }

    private func time(of step: Int) -> Timestamp {
        Timestamp(milliseconds: startsAt + Int64(step) * stepMs)
    }
}
