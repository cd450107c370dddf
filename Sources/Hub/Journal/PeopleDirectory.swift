// People seen in tokens: written by the journal, looked up by it and where read marks are shown.

import Synchronization
import Tickets

/// Behind a lock that no fan-out takes: joins, commands and first sights of a person do.
final class PeopleDirectory: Sendable {
    private let people = Mutex<[String: Person]>([:])

    func person(_ id: String) -> Person? { people.withLock { $0[id] } }

    /// Whether this was news.
    func note(_ person: Person) -> Bool {
        people.withLock { people in
            guard people[person.id] != person else { return false }
            people[person.id] = person
            return true
        }
    }
}
