// The budgets of one person, over all connections and transports.

import Synchronization
import Tickets

/// Shared by the workers behind a lock, taken once per command and never in a fan-out.
final class PersonAccount: Sendable {
    enum Rate: Int, CaseIterable {
        case commands, searches, clientCreations, staffCreations
    }

    /// Resources that stay open for a while.
    enum Holding: Int, CaseIterable {
        case sockets, streams
    }

    private struct State {
        var buckets: [TokenBucket]
        var held = [Int](repeating: 0, count: Holding.allCases.count)
    }

    private let settings: BudgetSettings
    private let state: Mutex<State>

    init(_ settings: BudgetSettings, now: Int64) {
        self.settings = settings
        state = Mutex(State(buckets: Rate.allCases.map { $0.bucket(settings, now: now) }))
    }

    /// Refuses a cost above the person's rate. `now`: monotonic milliseconds.
    func charge(_ rate: Rate, cost: Int = 1, now: Int64) throws(TicketRejection) {
        let waitMs = state.withLock { $0.buckets[rate.rawValue].take(cost, now: now) }
        guard let waitMs else { return }
        var rejection = TicketRejection(.rateLimited, rate.refusal(settings))
        rejection.retryAfter = Int(max(1, (waitMs + 999) / 1000))
        throw rejection
    }

    /// Takes one more of a resource; it counts until the returned hold is released.
    func hold(_ holding: Holding) throws(TicketRejection) -> AccountHold {
        let limit = holding.limit(settings)
        let isRoom = state.withLock { state in
            guard limit == 0 || state.held[holding.rawValue] < limit else { return false }
            state.held[holding.rawValue] += 1
            return true
        }
        guard isRoom else {
            var rejection = TicketRejection(.rateLimited, holding.refusal(settings))
            rejection.retryAfter = 10
            throw rejection
        }
        return AccountHold(self, holding)
    }

    fileprivate func release(of holding: Holding) {
        state.withLock { $0.held[holding.rawValue] -= 1 }
    }

    /// Whether the account is unused and full, so that dropping it gives the person no extra
    /// budget.
    func isIdle(now: Int64) -> Bool {
        state.withLock { state in
            guard state.held.allSatisfy({ $0 == 0 }) else { return false }
            for index in state.buckets.indices where !state.buckets[index].isFull(now: now) {
                return false
            }
            return true
        }
    }
}

/// Counts a resource as held while it exists.
final class AccountHold {
    private let account: PersonAccount
    private let holding: PersonAccount.Holding

    fileprivate init(_ account: PersonAccount, _ holding: PersonAccount.Holding) {
        self.account = account
        self.holding = holding
    }

    deinit { account.release(of: holding) }
}

extension PersonAccount.Rate {
    fileprivate func bucket(_ settings: BudgetSettings, now: Int64) -> TokenBucket {
        let second: Int64 = 1000
        let hour: Int64 = 3_600_000
        switch self {
        case .commands:
            let rate = settings.requestsPerSecond
            return TokenBucket(
                count: rate, perMilliseconds: second,
                burst: rate * BudgetSettings.requestBurstSeconds, now: now)
        case .searches:
            let rate = settings.searchesPerSecond
            return TokenBucket(
                count: rate, perMilliseconds: second,
                burst: rate * BudgetSettings.searchBurstSeconds, now: now)
        case .clientCreations:
            let rate = settings.clientCreationsPerHour
            return TokenBucket(count: rate, perMilliseconds: hour, burst: rate, now: now)
        case .staffCreations:
            let rate = settings.staffCreationsPerHour
            return TokenBucket(count: rate, perMilliseconds: hour, burst: rate, now: now)
        }
    }

    fileprivate func refusal(_ settings: BudgetSettings) -> String {
        switch self {
        case .commands:
            "You may send \(settings.requestsPerSecond) commands a second, over all connections; "
                + "slow down."
        case .searches:
            "You may search \(settings.searchesPerSecond) times a second; slow down."
        case .clientCreations:
            "You may open \(settings.clientCreationsPerHour) tickets an hour; try again later."
        case .staffCreations:
            "You may open \(settings.staffCreationsPerHour) tickets an hour; try again later."
        }
    }
}

extension PersonAccount.Holding {
    fileprivate func limit(_ settings: BudgetSettings) -> Int {
        switch self {
        case .sockets: settings.sockets
        case .streams: settings.streams
        }
    }

    fileprivate func refusal(_ settings: BudgetSettings) -> String {
        switch self {
        case .sockets: "You may have \(settings.sockets) WebSockets open; close some."
        case .streams:
            "You may have \(settings.streams) event streams and long polls open; close some."
        }
    }
}
