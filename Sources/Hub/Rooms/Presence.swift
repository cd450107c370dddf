// Who is in a ticket, over all workers and tabs: a person once, in focus when any tab is.

import Text
import Tickets
import Wire

struct PresentPerson: Hashable, Sendable {
    let person: Person
    let hasFocus: Bool
}

/// Who is in one ticket, with its JSON, which a crowd that comes back gets once each.
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

/// One worker's word about one person in one ticket.
struct PresenceUpdate: Sendable {
    let worker: Int
    let ticket: TicketID
    let person: Person
    /// nil: this worker has nobody of that id there any more.
    let hasFocus: Bool?
}

/// Every worker keeps the whole picture, so a first member sees who sits on other workers.
struct PresenceTable {
    private struct Entry {
        let person: Person
        /// The worker that most people are on, who are on one alone; others come after it.
        var first: (worker: Int, hasFocus: Bool)?
        var others: [Int: Bool] = [:]

        var hasFocus: Bool { first?.hasFocus == true || others.values.contains(true) }
        var isEmpty: Bool { first == nil && others.isEmpty }

        /// nil: the worker has nobody of that person any more.
        mutating func set(_ hasFocus: Bool?, on worker: Int) {
            if first == nil && others[worker] == nil || first?.worker == worker {
                first = hasFocus.map { (worker, $0) }
            } else {
                others[worker] = hasFocus
            }
        }
    }

    private var tickets: [TicketID: [ExactText: Entry]] = [:]
    /// Lists that were asked for and have not changed since.
    private var lists: [TicketID: PresenceList] = [:]
    /// Counts changes over all tickets, so that nobody is told what they know.
    private(set) var stamp: UInt64 = 0

    /// Whether what members see has changed.
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
