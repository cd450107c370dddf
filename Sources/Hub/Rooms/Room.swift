// The members of one ticket on one worker.

import Text
import Tickets

/// A subscriber of a ticket: a WebSocket session, an event stream, a long poll.
protocol RoomSubscriber: AnyObject {
    var caller: Caller { get }
    /// A durable event that this member may see; called in order, once per event.
    func deliver(_ publication: Publication, to member: Member)
    /// The caller can no longer see the ticket; the member is already removed.
    func lostAccess(to ticket: TicketID)
    /// Typing, presence, read marks: may be dropped.
    func deliverEphemeral(_ signal: SignalFrame)
}

/// A subscriber's membership in a room.
final class Member {
    let ticket: TicketID
    /// A cycle of references until the member leaves: its owner then releases it. (A weak reference
    /// would cost more at every delivery.)
    let subscriber: any RoomSubscriber
    /// Whether the caller sees the ticket as staff do. Kept here so that a broadcast need not copy
    /// the caller. Follows from the role until a snapshot is known.
    private(set) var isStaff: Bool
    var audience: Audience { isStaff ? .staff : .client }
    private let personFingerprint: UInt64
    /// A long poll does not count as presence.
    let countsAsPresent: Bool
    fileprivate(set) var index = 0
    /// Events that arrive while the answer to `join` is read; nil: live.
    var held: [Publication]?
    /// True `seq` of the newest event that was delivered to the member or skipped for them.
    var seq = 0
    var hasFocus = false
    /// Whether the member counts in presence.
    var isShown = false
    /// The presence table's stamp at the member's last presence list.
    var presenceStamp: UInt64 = 0
    private var typingSignals: [(signal: TypingSignal, frame: SignalFrame)] = []
    /// First and last `seq` that did not fit into the outbound queue.
    var missed: (from: Int, to: Int)?

    init(_ subscriber: any RoomSubscriber, of ticket: TicketID, countsAsPresent: Bool) {
        self.subscriber = subscriber
        self.ticket = ticket
        self.countsAsPresent = countsAsPresent
        let person = subscriber.caller.person
        isStaff = person.role.isStaff
        personFingerprint = person.id.fingerprint
    }

    /// The caller's rights have changed.
    func callerChanged() {
        isStaff = subscriber.caller.person.role.isStaff
        typingSignals = []
    }

    /// Applies the ticket's new state; false: the caller can no longer see it.
    func look(at snapshot: Ticket) -> Bool {
        let caller = subscriber.caller
        isStaff = caller.audience(of: snapshot) == .staff
        return caller.canAccess(snapshot)
    }

    /// The member's typing signal for others, encoded once, since typing repeats.
    func typing(isOn: Bool, isInternal: Bool) -> (signal: TypingSignal, frame: SignalFrame) {
        // A closure would get a copy of each.
        for index in typingSignals.indices
        where typingSignals[index].signal.isOn == isOn
            && typingSignals[index].signal.isInternal == isInternal
        {
            return typingSignals[index]
        }
        let signal = TypingSignal(
            ticket: ticket, by: subscriber.caller.person, isOn: isOn, isInternal: isInternal)
        let made = (signal, SignalFrame.typing(signal))
        typingSignals.append(made)
        return made
    }

    /// `fingerprint` is the id's, which rules out most other people quickly.
    func isPerson(_ id: ExactText?, fingerprint: UInt64) -> Bool {
        personFingerprint == fingerprint && subscriber.caller.person.id == id
    }
}

final class Room {
    static let recentMax = 64

    let ticket: TicketID
    private(set) var members: [Member] = []
    /// Newest snapshot known here; nil until the first member's page is read.
    private(set) var snapshot: TicketSnapshot?
    /// The newest publications without a gap, for members that reconnect.
    private(set) var recent: [Publication] = []
    /// Newest read marks by person: live ones, and the stored ones once a page was read.
    var reads: [ExactText: Int] = [:]
    /// The same marks as sent to clients: each at the newest event that clients see. Kept while a
    /// client is in the room.
    var clientReads: [ExactText: Int] = [:]
    var knowsStoredReads = false
    /// Members that join while a reader thread answers the first of them; that answer serves them
    /// all. nil: no read is in progress.
    var awaitingPage: [() -> Void]?

    init(_ ticket: TicketID) { self.ticket = ticket }

    func add(_ member: Member) {
        member.index = members.count
        members.append(member)
    }

    var hasClients: Bool { members.contains { !$0.isStaff } }

    /// Whether the mark is new to clients.
    func learnClientRead(_ signal: ReadSignal) -> Bool {
        guard signal.seq > clientReads[signal.by.id] ?? 0 else { return false }
        clientReads[signal.by.id] = signal.seq
        return true
    }

    func remove(_ member: Member) {
        guard member.index < members.count, members[member.index] === member else { return }
        let last = members.removeLast()
        if last !== member {
            members[member.index] = last
            last.index = member.index
        }
    }

    /// Calls `body` with every member, including those who leave meanwhile.
    ///
    /// Avoids a reference count per member and delivery: the array held here keeps them all alive.
    func forEachMember(_ body: (Member) -> Void) {
        let audience = members
        unsafe audience.withUnsafeBufferPointer { members in
            for index in members.indices {
                // SAFETY: `audience` owns the member, and nothing writes to it.
                unsafe Unmanaged.passUnretained(members[index])._withUnsafeGuaranteedRef(body)
            }
        }
    }

    func learn(_ page: TicketSnapshot) {
        if page.seq > snapshot?.seq ?? 0 { snapshot = page }
    }

    /// Delivers an event to every member; returns those who lose access by it.
    func broadcast(_ publication: Publication) -> [Member] {
        if let redaction = publication.event.redaction, let mark = publication.event.mark {
            forgetWords(of: redaction.seq, mark)
        }
        remember(publication)
        var lost: [Member] = []
        let seq = publication.event.seq
        forEachMember { member in
            guard seq > member.seq else { return }
            if member.held != nil {
                member.held?.append(publication)
                return
            }
            if publication.changesAccess, !member.look(at: publication.snapshot.ticket) {
                lost.append(member)
                return
            }
            member.seq = seq
            member.subscriber.deliver(publication, to: member)
        }
        return lost
    }

    /// Publications after `seq`; nil when some are no longer in memory.
    func publications(after seq: Int) -> ArraySlice<Publication>? {
        guard let first = recent.first?.event.seq, let last = recent.last?.event.seq,
            seq >= first - 1, seq <= last
        else { return nil }
        return recent[(seq - first + 1)...]
    }

    /// Removes redacted words from memory and from the members' held events.
    private func forgetWords(of seq: Int, _ mark: RedactionMark) {
        Self.redact(&recent, seq, mark)
        for member in members {
            guard var held = member.held else { continue }
            Self.redact(&held, seq, mark)
            member.held = held
        }
    }

    private static func redact(
        _ publications: inout [Publication], _ seq: Int, _ mark: RedactionMark
    ) {
        for index in publications.indices where publications[index].event.seq == seq {
            publications[index] = publications[index].redacted(mark)
        }
    }

    /// The newest event at or below `seq` that clients see; nil when it is not in memory.
    func newestVisible(atOrBelow seq: Int) -> Int? {
        guard let snapshot = snapshot?.ticket, snapshot.seq >= seq else { return nil }
        if seq >= snapshot.publicActivity.seq { return snapshot.publicActivity.seq }
        guard let first = recent.first?.event.seq, seq >= first, seq - first < recent.count else {
            return nil
        }
        let event = recent[seq - first].event
        return event.isPublic ? event.seq : event.publicPrev
    }

    /// An erasure has made the memory outdated: later joins are answered from the store.
    func forget() {
        recent.removeAll()
        snapshot = nil
    }

    private func remember(_ publication: Publication) {
        learn(publication.snapshot)
        if let last = recent.last?.event.seq, publication.event.seq != last + 1 {
            recent.removeAll(keepingCapacity: true)
        }
        if recent.count >= Self.recentMax { recent.removeFirst(Self.recentMax / 2) }
        recent.append(publication)
    }
}
