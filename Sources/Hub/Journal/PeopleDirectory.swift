// People seen in tokens: noted by the workers, looked up by the journal and for read marks.

import Synchronization
import Text
import Tickets

/// Uses a lock, taken by joins, commands and first sights of a person, never by a fan-out.
final class PeopleDirectory: Sendable {
    private let people = Mutex<[ExactText: Person]>([:])

    /// Earlier names of people in this run, newest last.
    private let formerNames = Mutex<[ExactText: [String]]>([:])
    /// Rises with each new name of a known person.
    private let renamed = Atomic<Int>(0)
    var renames: Int { renamed.load(ordering: .relaxed) }

    /// Technicians and admins, by id.
    private let team = Mutex<[Person]>([])

    /// Rebuilt only when a member of staff is new or changed.
    var staff: [Person] { team.withLock { $0 } }

    func person(_ id: ExactText) -> Person? {
        id.utf8.count <= ExactText.personBytesMax ? people.withLock { $0[id] } : nil
    }

    /// The ticket with people's current names: its log keeps the earlier ones.
    func shown(_ ticket: Ticket) -> Ticket {
        people.withLock { people in
            ticket.naming { person in
                guard let now = people[person.id], now.name != person.name else { return nil }
                return now.name
            }
        }
    }

    /// Names of a ticket's client and holder besides those in its snapshot.
    func otherNames(on ticket: Ticket) -> [String] {
        [ticket.client.id, ticket.assignedTo?.id].compactMap { $0 }.flatMap { id in
            (person(id).map { [$0.name] } ?? []) + formerNames.withLock { $0[id] ?? [] }
        }
    }

    /// People of `stored` and of this run in one of `roles` (empty: all), by name, then id. A
    /// person is here from their first call on, in the store one batch later.
    func people(in roles: [Role], with stored: [Person]) -> [Person] {
        var found = Dictionary(stored.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        for person in people.withLock({ Array($0.values) })
        where roles.isEmpty || roles.contains(person.role) {
            found[person.id] = person
        }
        return found.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    /// A person who comes with this id later counts as new.
    func forget(_ id: ExactText) {
        people.withLock { $0[id] = nil }
        formerNames.withLock { $0[id] = nil }
        team.withLock { $0.removeAll { $0.id == id } }
    }

    /// Whether the person was new or changed.
    func note(_ person: Person) -> Bool {
        let before = people.withLock { people -> Person?? in
            guard people[person.id] != person else { return nil }
            return .some(people.updateValue(person, forKey: person.id))
        }
        guard let before else { return false }
        if let before, before.name != person.name {
            formerNames.withLock { names in
                names[person.id] = ((names[person.id] ?? []) + [before.name])
                    .suffix(KnownNames.namesMax)
            }
            renamed.add(1, ordering: .relaxed)
        }
        if person.role.isStaff || before?.role.isStaff == true {
            team.withLock { team in
                team.removeAll { $0.id == person.id }
                if person.role.isStaff { team.append(person) }
            }
        }
        return true
    }
}
