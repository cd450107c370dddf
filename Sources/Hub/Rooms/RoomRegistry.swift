// A worker's rooms: joins and leaves, broadcasts, presence with its grace time, typing.

import Reactor
import Text
import Tickets

final class RoomRegistry {
    private struct Presence {
        var members = 0
        var focused = 0
        var graceTimer: Timer?
    }

    private struct PersonInTicket: Hashable {
        let ticket: TicketID
        let person: ExactText
    }

    private let worker: Int
    private let loop: EventLoop
    private let settings: HubSettings
    /// Posts to the other workers; this one applies its own changes at once.
    private let tellOthers: (WorkerMessage) -> Void
    private(set) var rooms: [TicketID: Room] = [:]
    private var table = PresenceTable()
    private var local: [PersonInTicket: Presence] = [:]
    /// Tickets whose members will get a presence list, with the stamp of the newest change.
    private var presenceNews: [TicketID: UInt64] = [:]
    private var typing: TypingGate
    /// Looks up the newest event at or below a `seq` that clients see, if the room does not have
    /// it.
    var findVisible: (TicketID, Int, @escaping (Int?) -> Void) -> Void = { $2(nil) }

    init(
        worker: Int, loop: EventLoop, settings: HubSettings,
        tellOthers: @escaping (WorkerMessage) -> Void
    ) {
        self.worker = worker
        self.loop = loop
        self.settings = settings
        self.tellOthers = tellOthers
        typing = TypingGate(intervalMs: Int64(settings.typingIntervalMs))
    }

    // MARK: Membership

    /// The member is in the room from here on; its events are held until `goLive`.
    func enter(_ subscriber: any RoomSubscriber, _ ticket: TicketID, countsAsPresent: Bool)
        -> Member
    {
        let member = Member(subscriber, of: ticket, countsAsPresent: countsAsPresent)
        member.held = []
        room(ticket).add(member)
        return member
    }

    func room(_ ticket: TicketID) -> Room {
        if let room = rooms[ticket] { return room }
        let room = Room(ticket)
        rooms[ticket] = room
        return room
    }

    /// The same for a page with a snapshot of the ticket.
    func goLive(_ member: Member, with snapshot: Ticket) {
        guard member.look(at: snapshot) else { return expel(member) }
        goLive(member, after: snapshot.seq)
    }

    /// Sends the held events after `seq`, the end of the member's page; then the member is live.
    func goLive(_ member: Member, after seq: Int) {
        member.seq = max(seq, 0)
        let held = member.held ?? []
        member.held = nil
        for publication in held where publication.event.seq > member.seq {
            if publication.changesAccess, !member.look(at: publication.snapshot.ticket) {
                return expel(member)
            }
            member.seq = publication.event.seq
            member.subscriber.deliver(publication, to: member)
        }
    }

    /// Counts the member in presence, once its page shows that the caller has access.
    func show(_ member: Member) {
        guard member.countsAsPresent, !member.isShown else { return }
        member.isShown = true
        let person = member.subscriber.caller.person
        update(PersonInTicket(ticket: member.ticket, person: person.id), person) {
            $0.members += 1
            if member.hasFocus { $0.focused += 1 }
        }
    }

    func leave(_ member: Member) {
        guard let room = rooms[member.ticket] else { return }
        room.remove(member)
        let person = member.subscriber.caller.person
        if member.isShown {
            member.isShown = false
            stopTyping(member.ticket, by: person)
            update(PersonInTicket(ticket: member.ticket, person: person.id), person) {
                $0.members -= 1
                if member.hasFocus { $0.focused -= 1 }
            }
        }
        if room.members.isEmpty { rooms[member.ticket] = nil }
    }

    func setFocus(_ hasFocus: Bool, of member: Member) {
        guard member.hasFocus != hasFocus else { return }
        member.hasFocus = hasFocus
        guard member.isShown else { return }
        let person = member.subscriber.caller.person
        update(PersonInTicket(ticket: member.ticket, person: person.id), person) {
            $0.focused += hasFocus ? 1 : -1
        }
    }

    private func expel(_ member: Member) {
        let subscriber = member.subscriber
        leave(member)
        subscriber.lostAccess(to: member.ticket)
    }

    /// Removes a caller from rooms that their changed rights no longer allow.
    func recheck(_ member: Member) {
        member.callerChanged()
        guard let snapshot = rooms[member.ticket]?.snapshot, !member.look(at: snapshot.ticket)
        else { return }
        expel(member)
    }

    /// nil: all of them.
    func forget(_ tickets: [TicketID]?) {
        for ticket in tickets ?? Array(rooms.keys) { rooms[ticket]?.forget() }
    }

    // MARK: Broadcasts

    func broadcast(_ publication: Publication) {
        guard let room = rooms[publication.ticket] else { return }
        for member in room.broadcast(publication) { expel(member) }
        if publication.event.message != nil, !typing.isEmpty {
            endTyping(publication.ticket, by: publication.event.by)
        }
    }

    private func broadcast(_ signal: SignalFrame, in ticket: TicketID) {
        guard let room = rooms[ticket] else { return }
        let except = signal.exceptPerson
        let fingerprint = except?.fingerprint ?? 0
        let (staff, clients) = (!signal.isForClientsOnly, !signal.isForStaffOnly)
        room.forEachMember { member in
            guard member.held == nil, member.isStaff ? staff : clients else { return }
            if member.isPerson(except, fingerprint: fingerprint) { return }
            member.subscriber.deliverEphemeral(signal)
        }
    }

    // MARK: Presence

    /// The people in the ticket, for the answer to the member's `join`.
    func present(for member: Member) -> PresenceList {
        member.presenceStamp = table.stamp
        return table.present(in: member.ticket)
    }

    func apply(_ update: PresenceUpdate) {
        if table.apply(update) { announcePresence(in: update.ticket, since: table.stamp) }
    }

    private func update(
        _ key: PersonInTicket, _ person: Person, _ change: (inout Presence) -> Void
    ) {
        var presence = local[key] ?? Presence()
        change(&presence)
        if let timer = presence.graceTimer {
            loop.cancel(timer)
            presence.graceTimer = nil
        }
        if presence.members > 0 {
            local[key] = presence
            tell(key.ticket, person, hasFocus: presence.focused > 0)
        } else {
            // A short break stays invisible: leaving is announced after the grace time.
            presence.graceTimer = loop.schedule(afterMilliseconds: settings.presenceGraceMs) {
                [unowned self] in
                local[key] = nil
                tell(key.ticket, person, hasFocus: nil)
            }
            local[key] = presence
        }
    }

    /// A person who is erased disappears at once, without the grace time.
    func forgetPresence(of person: ExactText) {
        for (key, presence) in local where presence.members == 0 && key.person == person {
            if let timer = presence.graceTimer { loop.cancel(timer) }
            local[key] = nil
            tell(key.ticket, Person(id: person, name: "", role: .client), hasFocus: nil)
        }
    }

    private func tell(_ ticket: TicketID, _ person: Person, hasFocus: Bool?) {
        let update = PresenceUpdate(
            worker: worker, ticket: ticket, person: person, hasFocus: hasFocus)
        tellOthers(.presence(update))
        apply(update)
    }

    /// Announces changes together after a short delay: the whole list goes to every member, so a
    /// crowd that arrives at once would otherwise cost its square.
    private func announcePresence(in ticket: TicketID, since stamp: UInt64) {
        guard rooms[ticket] != nil else { return }
        if presenceNews[ticket] != nil {
            presenceNews[ticket] = stamp
            return
        }
        presenceNews[ticket] = stamp
        let delay = min(2000, 20 + 2 * table.count(in: ticket))
        _ = loop.schedule(afterMilliseconds: delay) { [unowned self] in
            guard let newest = presenceNews.removeValue(forKey: ticket) else { return }
            tellPresence(in: ticket, newest: newest)
        }
    }

    private func tellPresence(in ticket: TicketID, newest: UInt64) {
        guard let room = rooms[ticket] else { return }
        let frame = SignalFrame.presence(ticket, table.present(in: ticket))
        for member in room.members where member.held == nil && member.presenceStamp < newest {
            member.presenceStamp = table.stamp
            member.subscriber.deliverEphemeral(frame)
        }
    }

    // MARK: Typing and read marks

    func type(_ member: Member, isOn: Bool, isInternal: Bool) {
        let (signal, frame) = member.typing(isOn: isOn, isInternal: isInternal)
        guard typing.admits(signal, now: loop.now) else { return }
        tellOthers(.typing(signal))
        broadcast(frame, in: member.ticket)
    }

    /// Sends the hub's own `on:false` when a person leaves.
    private func stopTyping(_ ticket: TicketID, by person: Person) {
        for signal in endTyping(ticket, by: person) { tellOthers(.typing(signal)) }
    }

    /// Ends a person's typing, after their message over any transport: every worker gets the event
    /// and does the same.
    @discardableResult
    private func endTyping(_ ticket: TicketID, by person: Person) -> [TypingSignal] {
        var ended: [TypingSignal] = []
        for isInternal in [false, true] {
            let signal = TypingSignal(
                ticket: ticket, by: person, isOn: false, isInternal: isInternal)
            guard typing.admits(signal, now: loop.now) else { continue }
            show(signal)
            ended.append(signal)
        }
        return ended
    }

    /// A person types on another worker. Their own connections here do not get the signal.
    func receive(_ signal: TypingSignal) {
        guard rooms[signal.ticket] != nil else { return }
        typing.learn(signal, now: loop.now)
        show(signal)
    }

    private func show(_ signal: TypingSignal) { broadcast(.typing(signal), in: signal.ticket) }

    func sweep() { typing.sweep(now: loop.now) }

    func mark(_ signal: ReadSignal) {
        guard let room = rooms[signal.ticket], signal.seq > room.reads[signal.by.id] ?? 0 else {
            return
        }
        room.reads[signal.by.id] = signal.seq
        guard room.hasClients else { return broadcast(.read(signal), in: signal.ticket) }
        let visible = room.newestVisible(atOrBelow: signal.seq)
        if visible == signal.seq, room.learnClientRead(signal) {
            return broadcast(.read(signal), in: signal.ticket)
        }
        broadcast(.read(signal, for: .staff), in: signal.ticket)
        if let visible { return showClients(signal, at: visible) }
        findVisible(signal.ticket, signal.seq) { [unowned self] found in
            if let found { showClients(signal, at: found) }
        }
    }

    /// Shows clients only marks at events that they see, not when staff read a note.
    private func showClients(_ signal: ReadSignal, at seq: Int) {
        let shown = ReadSignal(ticket: signal.ticket, by: signal.by, seq: seq)
        guard rooms[signal.ticket]?.learnClientRead(shown) == true else { return }
        broadcast(.read(shown, for: .client), in: signal.ticket)
    }
}
