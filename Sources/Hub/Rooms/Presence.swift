// Presence per ticket, over all workers and tabs: a person counts once, and has focus when any of
// their tabs has.

import Text
import Tickets
import Wire

struct PresentPerson: Hashable, Sendable {
    let person: Person
    let hasFocus: Bool
}

/// The people in one ticket, with the JSON, which is sent once to each member that comes back.
struct PresenceList: Sendable {
    let people: [PresentPerson]
    /// An array of objects.
    let json: [UInt8]

    init(_ people: [PresentPerson]) {
        self.people = people
        var json = JSONWriter(reserving: 2 + 96 * people.count)
        json.beginArray()
        for one in people {
            json.beginObject()
            json.field("id", one.person.id)
            json.field("name", one.person.name)
            json.field("role", one.person.role.rawValue)
            json.field("focus", one.hasFocus)
            json.endObject()
        }
        json.endArray()
        self.json = json.finish()
    }
}

/// A person's presence in a ticket on one worker.
struct PresenceUpdate: Sendable {
    let worker: Int
    let ticket: TicketID
    let person: Person
    /// nil: the person has no connection in the ticket on this worker any more.
    let hasFocus: Bool?
}

/// Every worker keeps the whole table, so a first member sees people on other workers.
struct PresenceTable {
    private struct Entry {
        let person: Person
        /// The first worker with the person; most people are on one only. Further workers are in
        /// `others`.
        var first: (worker: Int, hasFocus: Bool)?
        var others: [Int: Bool] = [:]

        var hasFocus: Bool { first?.hasFocus == true || others.values.contains(true) }
        var isEmpty: Bool { first == nil && others.isEmpty }

        /// nil: the person has left this worker.
        mutating func set(_ hasFocus: Bool?, on worker: Int) {
            if first == nil && others[worker] == nil || first?.worker == worker {
                first = hasFocus.map { (worker, $0) }
            } else {
                others[worker] = hasFocus
            }
        }
    }

    private var tickets: [TicketID: [ExactText: Entry]] = [:]
    /// Lists that were requested and have not changed since.
    private var lists: [TicketID: PresenceList] = [:]
    /// Counts changes over all tickets, so that members get only news.
    private(set) var stamp: UInt64 = 0

    /// True when the list that members see has changed.
    mutating func apply(_ update: PresenceUpdate) -> Bool {
        let isNews = merge(update)
        if isNews {
            stamp += 1
            lists[update.ticket] = nil
        }
        return isNews
    }

    private mutating func merge(_ update: PresenceUpdate) -> Bool {
        let id = update.person.id
        let before = tickets[update.ticket]?[id]
        if let hasFocus = update.hasFocus {
            var entry = before ?? Entry(person: update.person)
            entry.set(hasFocus, on: update.worker)
            tickets[update.ticket, default: [:]][id] = entry
            return before.map { $0.hasFocus != entry.hasFocus } ?? true
        }
        guard var entry = before else { return false }
        entry.set(nil, on: update.worker)
        if entry.isEmpty {
            tickets[update.ticket]?[id] = nil
            if tickets[update.ticket]?.isEmpty == true { tickets[update.ticket] = nil }
            return true
        }
        tickets[update.ticket]?[id] = entry
        return entry.hasFocus != before?.hasFocus
    }

    /// By name, then id.
    mutating func present(in ticket: TicketID) -> PresenceList {
        if let list = lists[ticket] { return list }
        let people = (tickets[ticket] ?? [:]).values
            .map { PresentPerson(person: $0.person, hasFocus: $0.hasFocus) }
            .sorted { ($0.person.name, $0.person.id) < ($1.person.name, $1.person.id) }
        let list = PresenceList(people)
        if !people.isEmpty { lists[ticket] = list }
        return list
    }

    func count(in ticket: TicketID) -> Int { tickets[ticket]?.count ?? 0 }
}
