// Plays one conversation: each turn is sent once its author's partner has seen the one before. Keys
// come from the conversation and the turn, so a repeated replay stores nothing twice.

import Reactor
import Text
import Tickets
import Wire

final class ReplayConversation {
    private let content: ConversationFile.Conversation
    private let index: Int
    private let stage: ReplayStage
    private let clientPerson: Person
    private let staffPerson: Person
    private var client: ReplayPeer?
    private var staff: ReplayPeer?
    private var ticket: String?
    private var turn = 0
    private var sentAt: Int64?
    /// The number of the author's connection that sent the current turn.
    private var sentOn = 0
    /// The `seq` of the current turn.
    private var ackSeq: Int?
    private var isOver = false

    init(
        _ content: ConversationFile.Conversation, index: Int, people: [ConversationFile.Member],
        stage: ReplayStage
    ) {
        self.content = content
        self.index = index
        self.stage = stage
        func person(_ id: ExactText?, _ fallback: ExactText, _ role: Role) -> Person {
            people.first { $0.person.id == id }?.person
                ?? Person(id: id ?? fallback, name: (id ?? fallback).string, role: role)
        }
        clientPerson = person(content.client, "\(content.id)-client", .client)
        staffPerson = person(content.technician, "support-\(1 + index % 8)", .technician)
    }

    func start() {
        let client = ReplayPeer(
            clientPerson, project: content.project, stage: stage, conversation: self)
        let staff = ReplayPeer(
            staffPerson, project: content.project, stage: stage, conversation: self)
        self.client = client
        self.staff = staff
        client.connect()
        staff.connect()
    }

    // MARK: Arrivals

    /// On a peer's `hello`: joins the existing ticket, then continues the current turn.
    func arrived(_ peer: ReplayPeer) {
        if ticket == nil {
            peer.becameReady()
            goOn()
        } else {
            rejoin(peer)
        }
    }

    func rejoin(_ peer: ReplayPeer) {
        guard let ticket else { return }
        peer.send { json in
            json.field("type", "join")
            json.field("id", "join")
            json.field("ticket", ticket)
            json.field("after", peer.lastSeq)
        }
    }

    func received(_ frame: Tree, by peer: ReplayPeer) {
        guard !isOver else { return }
        switch frame["type"]?.textValue {
        case "created":
            ticket = frame["ticket"]?["id"]?.stringValue
            peer.becameReady()
            acknowledged(frame, seq: 1)
            if let other = partner(of: peer), other.isReady { rejoin(other) }
        case "joined":
            if frame["more"]?.boolValue == true { return rejoin(peer) }
            peer.becameReady()
        case "ack": acknowledged(frame, seq: frame["seq"]?.intValue ?? 0)
        case "event" where frame["by"]?["id"]?.textValue != peer.person.id:
            stage.results.seen += 1
        case "error": refused(frame, peer)
        default: break
        }
        goOn()
    }

    private func acknowledged(_ frame: Tree, seq: Int) {
        guard ackSeq == nil, let sentAt else { return }
        ackSeq = seq
        stage.results.acknowledged += 1
        if frame["replayed"]?.boolValue == true { stage.results.replayed += 1 }
        stage.results.ackMicroseconds.append((monotonicNanoseconds() - sentAt) / 1000)
    }

    private func refused(_ frame: Tree, _ peer: ReplayPeer) {
        let code = frame["code"]?.stringValue ?? ""
        guard code == "unavailable" || code == "rate_limited" else {
            return fail(
                "\(content.id), turn \(turn): \(code): \(frame["message"]?.stringValue ?? "")")
        }
        let seconds = frame["retryAfter"]?.intValue ?? 1
        _ = stage.loop.schedule(afterMilliseconds: seconds * 1000) { [weak self] in
            guard let self, !isOver else { return }
            if frame["re"]?.stringValue == "join" { rejoin(peer) } else { send() }
        }
    }

    // MARK: Turns

    private var author: ReplayPeer? {
        guard turn < content.turns.count else { return nil }
        return content.turns[turn].isFromClient ? client : staff
    }

    private func partner(of peer: ReplayPeer) -> ReplayPeer? { peer === client ? staff : client }

    /// Sends the current turn, or continues with the next once it is acknowledged and seen.
    private func goOn() {
        guard !isOver, client?.isReady == true, staff?.isReady == true, let author else { return }
        guard let ackSeq else {
            // After a lost connection the turn or its ack may be lost: send it again with the same
            // key.
            if sentAt == nil || !isInFlight(author) { stage.pace { [weak self] in self?.send() } }
            return
        }
        let isSeen = (partner(of: author)?.lastSeq ?? 0) >= ackSeq
        guard isSeen || content.turns[turn].isInternal else { return }
        turn += 1
        self.ackSeq = nil
        sentAt = nil
        if turn == content.turns.count { return end() }
        goOn()
    }

    /// Whether the connection that sent the turn is still the author's.
    private func isInFlight(_ author: ReplayPeer) -> Bool { sentOn == author.connections }

    private func send() {
        guard !isOver, ackSeq == nil, let author, author.isReady else { return }
        sentOn = author.connections
        sentAt = sentAt ?? monotonicNanoseconds()
        let turn = content.turns[turn]
        let key = self.key
        if let ticket {
            let takes = content.firstReply == self.turn
            author.send { json in
                json.field("type", "message")
                json.field("id", key)
                json.field("ticket", ticket)
                json.field("body", turn.body)
                if turn.isInternal { json.field("internal", true) }
                if takes { json.field("action", "take") }
                json.field("key", key)
            }
        } else {
            author.send { json in
                json.field("type", "create")
                json.field("id", key)
                json.key("set")
                create(turn, &json)
                json.field("key", key)
            }
        }
    }

    private func create(_ turn: ConversationFile.Turn, _ json: inout JSONWriter) {
        json.beginObject()
        json.field("title", content.title)
        json.field("description", turn.body)
        json.field("category", content.category.rawValue)
        json.field("priority", content.priority.rawValue)
        json.field("project", content.project)
        if !turn.isFromClient { json.field("clientId", clientPerson.id) }
        json.endObject()
    }

    /// At most 64 characters, equal in every run.
    private var key: String {
        let plain = "replay-\(content.id)-\(turn)"
        guard plain.count > 64 else { return plain }
        return Base64.encodeURL(SHA256.hash(Array(plain.utf8)))
    }

    // MARK: Ends

    private func end() {
        isOver = true
        client?.leave()
        staff?.leave()
        stage.ended(index, failure: nil)
    }

    func fail(_ reason: String) {
        guard !isOver else { return }
        isOver = true
        client?.leave()
        staff?.leave()
        stage.ended(index, failure: reason)
    }
}
