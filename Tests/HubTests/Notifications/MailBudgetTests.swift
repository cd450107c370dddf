import Testing

@testable import Hub

@Suite struct MailBudgetTests {
    @Test func `each address has an hourly limit of its own`() {
        var budget = MailBudget(perHour: 3)
        for _ in 0..<3 { #expect(budget.admits("tom@example.org", now: 0) == true) }
        #expect(budget.admits("tom@example.org", now: 0) == false)
        #expect(budget.admits("una@example.org", now: 0) == true)
        #expect(budget.admits("tom@example.org", now: 1_200_000) == true)
        #expect(budget.admits("tom@example.org", now: 1_200_000) == false)
    }

    @Test func `0 switches it off`() {
        var budget = MailBudget(perHour: 0)
        for _ in 0..<1000 { #expect(budget.admits("tom@example.org", now: 0) == true) }
    }
}
