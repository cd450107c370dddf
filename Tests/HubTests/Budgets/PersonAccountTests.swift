import Testing
import Text
import Tickets

@testable import Hub

@Suite struct PersonAccountTests {
    private func account(_ change: (inout BudgetSettings) -> Void) -> PersonAccount {
        var settings = BudgetSettings()
        change(&settings)
        return PersonAccount(settings, now: 0)
    }

    @Test func `commands over the rate are refused with the time to wait`() throws {
        let account = account { $0.requestsPerSecond = 2 }
        for _ in 0..<10 { try account.charge(.commands, now: 0) }
        let refusal = #expect(throws: TicketRejection.self) {
            try account.charge(.commands, now: 0)
        }
        #expect(refusal?.code == .rateLimited)
        #expect(refusal?.retryAfter == 1)
        try account.charge(.commands, now: 500)
    }

    @Test func `tickets of clients and of staff have limits of their own`() throws {
        let account = account {
            $0.clientCreationsPerHour = 1
            $0.staffCreationsPerHour = 2
        }
        try account.charge(.clientCreations, now: 0)
        let refusal = #expect(throws: TicketRejection.self) {
            try account.charge(.clientCreations, now: 0)
        }
        #expect(refusal?.retryAfter == 3600)
        try account.charge(.staffCreations, now: 0)
        try account.charge(.staffCreations, now: 0)
        #expect(throws: TicketRejection.self) { try account.charge(.staffCreations, now: 0) }
    }

    @Test func `held bytes count until they are released`() throws {
        let account = account { $0.sockets = 2 }
        let first = try account.hold(.sockets)
        var second: AccountHold? = try account.hold(.sockets)
        #expect(throws: TicketRejection.self) { _ = try account.hold(.sockets) }
        withExtendedLifetime((first, second)) {}
        second = nil
        _ = try account.hold(.sockets)
        withExtendedLifetime(first) {}
    }

    @Test func `0 switches each off`() throws {
        let account = account { $0 = .unlimited }
        var holds: [AccountHold] = []
        for _ in 0..<1000 {
            for rate in PersonAccount.Rate.allCases { try account.charge(rate, now: 0) }
            for holding in PersonAccount.Holding.allCases {
                holds.append(try account.hold(holding))
            }
        }
        #expect(holds.count == 2000)
    }

    @Test func `people with full budgets are forgotten`() throws {
        let accounts = PersonAccounts(BudgetSettings())
        let busy = accounts.account(of: "busy", now: 0)
        let hold = try busy.hold(.sockets)
        for number in 0..<100_000 {
            let now = Int64(number)
            try accounts.account(of: "person-\(number)", now: now).charge(.commands, now: now)
        }
        #expect(accounts.count < 9000)
        #expect(accounts.account(of: "busy", now: 100_000) === busy)
        withExtendedLifetime(hold) {}
    }

    @Test func `ids that only Unicode calls equal have two accounts`() {
        let accounts = PersonAccounts(BudgetSettings())
        #expect(accounts.account(of: "K", now: 0) !== accounts.account(of: "\u{212A}", now: 0))
    }
}
