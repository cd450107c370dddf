// Collects the people that logs name, to check the store's people against them. Each came from a
// token.

package import Text

package struct NamedPeople {
    /// Each person as the latest log or event names them.
    private var people: [ExactText: Person] = [:]

    package init() {}

    package mutating func note(_ events: [TicketEvent], _ snapshot: Ticket) {
        note(snapshot.client)
        for event in events { note(event.by) }
        for watcher in snapshot.watchers { note(watcher) }
        if let holder = snapshot.assignedTo { note(holder) }
    }

    private mutating func note(_ person: Person) {
        guard person.role != .system, !person.isErased else { return }
        people[person.id] = person
    }

    /// - Parameter stored: the ids of the store's people, and whether the rest of each can be read.
    package func differences(from stored: [ExactText: Bool]) -> [StoreDifference] {
        let unreadable = stored.filter { !$0.value && people[$0.key] == nil }.keys.sorted()
            .map { StoreDifference("people: “\($0.excerpt)” cannot be read", .clearing) }
        let wrong = people.filter { stored[$0.key] != true }.sorted { $0.key < $1.key }
            .map { id, person in
                let fault = stored[id] == nil ? "is in events and not here" : "cannot be read"
                return StoreDifference("people: “\(id.excerpt)” \(fault)", .naming(person))
            }
        return unreadable + wrong
    }
}
