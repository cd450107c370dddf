// Writes that follow from durable events and are still to be made, each document once in its newest
// version.

import Text
internal import Tickets

struct PendingWrites {
    private(set) var snapshots: [TicketID: Ticket] = [:]
    private(set) var people: [ExactText: Person] = [:]
    private(set) var reads: [[ExactText]: ReadMark] = [:]
    /// Search words.
    private(set) var words: [TicketID: SearchAddition] = [:]
    /// People whose names become searchable.
    private(set) var names: [[ExactText]: Person] = [:]
    private(set) var statistics: [PendingStatistics] = []
    /// Tickets whose logs begin with these writes: no document says anything of them yet, and
    /// inserts take the server half the time of upserts.
    private(set) var begun: Set<TicketID> = []
    /// Events of these snapshots.
    private(set) var events = 0

    /// From this many on, a commit waits before it writes events, and fails if they cannot be
    /// written: a new hub looks for lagging snapshots among the newest events only.
    static let eventsMax = 1000

    var isEmpty: Bool {
        snapshots.isEmpty && people.isEmpty && reads.isEmpty && words.isEmpty && names.isEmpty
            && statistics.isEmpty
    }

    mutating func add(_ batch: StoreBatch, named name: BatchName?) {
        events += batch.events.count
        for snapshot in batch.snapshots where snapshot.seq >= snapshots[snapshot.id]?.seq ?? 0 {
            snapshots[snapshot.id] = snapshot
        }
        let described = Set(batch.snapshots.map(\.id))
        for event in batch.events {
            if event.seq == 1, described.contains(event.ticket) { begun.insert(event.ticket) }
            for person in event.searchedPeople { note(person) }
            guard event.message != nil || event.movesSnapshotWords else { continue }
            words[event.ticket, default: SearchAddition()].add(
                event, snapshot: snapshots[event.ticket])
        }
        for person in batch.people { note(person) }
        if let name { statistics.append(PendingStatistics(name: name, change: batch.statistics)) }
        for person in batch.people { people[person.id] = person }
        for mark in batch.reads {
            let place = [ExactText("\(mark.ticket)"), mark.person]
            if mark.seq > reads[place]?.seq ?? -1 { reads[place] = mark }
        }
    }

    private mutating func note(_ person: Person) {
        names[[person.id, ExactText(person.name)]] = person
    }

    /// For a caller that rewrites all words of the ticket.
    mutating func forgetWords(of ticket: TicketID) { words[ticket] = nil }

    /// For a second attempt: some documents may be there.
    mutating func forgetBeginnings() { begun = [] }

    mutating func add(_ uncounted: [PendingStatistics]) { statistics += uncounted }

    /// What a failover or a crash of the server may take back: see `writePendingOnce`.
    var unconfirmed: PendingWrites {
        var writes = self
        writes.people = [:]
        writes.reads = [:]
        writes.names = [:]
        writes.begun = []
        return writes
    }

    /// Adds what follows later from the same logs.
    mutating func add(later writes: PendingWrites) {
        begun.formUnion(writes.begun.filter { snapshots[$0] == nil && words[$0] == nil })
        events += writes.events
        snapshots.merge(writes.snapshots) { $0.seq > $1.seq ? $0 : $1 }
        people.merge(writes.people) { $1 }
        reads.merge(writes.reads) { $0.seq > $1.seq ? $0 : $1 }
        for (ticket, addition) in writes.words {
            words[ticket, default: SearchAddition()].add(later: addition)
        }
        names.merge(writes.names) { $1 }
        statistics += writes.statistics
    }

    /// Adds a repaired snapshot and all words of its log.
    mutating func add(_ snapshot: Ticket, _ words: SearchAddition) {
        begun.remove(snapshot.id)
        if snapshot.seq >= snapshots[snapshot.id]?.seq ?? 0 { snapshots[snapshot.id] = snapshot }
        self.words[snapshot.id] = words
    }
}
