// The accounts of all people, by id.

import Reactor
import Synchronization
import Text
import Tickets

final class PersonAccounts: Sendable {
    private struct Table {
        var accounts: [ExactText: PersonAccount] = [:]
        /// At this count, idle accounts are dropped.
        var sweepAt = PersonAccounts.fewest
    }

    private static let fewest = 4096
    private let settings: BudgetSettings
    private let table = Mutex(Table())

    init(_ settings: BudgetSettings) { self.settings = settings }

    /// The account of an authenticated person. `now`: monotonic milliseconds.
    func account(of person: ExactText, now: Int64) -> PersonAccount {
        table.withLock { table in
            if let account = table.accounts[person] { return account }
            if table.accounts.count >= table.sweepAt {
                table.accounts = table.accounts.filter { !$0.value.isIdle(now: now) }
                table.sweepAt = max(Self.fewest, 2 * table.accounts.count)
            }
            let account = PersonAccount(settings, now: now)
            table.accounts[person] = account
            return account
        }
    }

    /// Charges the creation of a ticket.
    func charge(creationBy person: Person) throws(TicketRejection) {
        let now = monotonicMilliseconds()
        try account(of: person.id, now: now)
            .charge(person.role.isStaff ? .staffCreations : .clientCreations, now: now)
    }

    var count: Int { table.withLock { $0.accounts.count } }
}
