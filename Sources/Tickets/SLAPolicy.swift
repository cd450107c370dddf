// Which targets a ticket gets, and in which hours they run: the operator's rules, first match
// wins, and the contract's defaults (section 3) for what no rule matches.

/// What a ticket is promised: minutes and hours of working time; nil: no such promise.
package struct SLATargets: Hashable, Sendable {
    package let firstResponseMinutes: Double?
    package let nextResponseMinutes: Double?
    package let resolutionHours: Double?

    package init(
        firstResponseMinutes: Double?, nextResponseMinutes: Double?, resolutionHours: Double?
    ) {
        self.firstResponseMinutes = firstResponseMinutes
        self.nextResponseMinutes = nextResponseMinutes
        self.resolutionHours = resolutionHours
    }
}

/// Targets with the calendar that they are counted in.
package struct SLATerms: Sendable {
    package let targets: SLATargets
    package let calendar: WorkCalendar

    package init(targets: SLATargets, calendar: WorkCalendar) {
        self.targets = targets
        self.calendar = calendar
    }
}

/// One rule. An empty list of alternatives asks nothing.
package struct SLARule: Sendable {
    package var priorities: [Priority] = []
    package var categories: [Category] = []
    package var projects: [String] = []
    package let terms: SLATerms

    package init(_ terms: SLATerms) { self.terms = terms }

    func matches(_ priority: Priority, _ category: Category, _ project: String) -> Bool {
        (priorities.isEmpty || priorities.contains(priority))
            && (categories.isEmpty || categories.contains(category))
            && (projects.isEmpty || projects.contains(project))
    }
}

package struct SLAPolicy: Sendable {
    private let rules: [SLARule]

    /// Without rules: the contract's defaults, around the clock.
    package init(rules: [SLARule] = []) { self.rules = rules }

    package func terms(priority: Priority, category: Category, project: String) -> SLATerms {
        rules.first { $0.matches(priority, category, project) }?.terms
            ?? SLATerms(targets: .fallback(priority), calendar: .aroundTheClock)
    }

    func terms(of ticket: Ticket) -> SLATerms {
        terms(priority: ticket.priority, category: ticket.category, project: ticket.project)
    }
}

extension SLATargets {
    fileprivate static func fallback(_ priority: Priority) -> SLATargets {
        switch priority {
        case .urgent:
            SLATargets(firstResponseMinutes: 30, nextResponseMinutes: 60, resolutionHours: 4)
        case .high:
            SLATargets(firstResponseMinutes: 60, nextResponseMinutes: 120, resolutionHours: 8)
        case .normal:
            SLATargets(firstResponseMinutes: 240, nextResponseMinutes: 480, resolutionHours: 24)
        case .low:
            SLATargets(firstResponseMinutes: 480, nextResponseMinutes: 1440, resolutionHours: 72)
        }
    }
}
