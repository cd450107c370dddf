// SLA policy: chooses a ticket's targets and their working hours. The first matching rule of the
// operator wins; the built-in targets (docs/protocol.md 5.2) apply where no rule matches.

package import Text

/// Promises of a ticket: minutes and hours of working time; nil: no such promise.
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

/// Targets with the calendar that they count in.
package struct SLATerms: Sendable {
    package let targets: SLATargets
    package let calendar: WorkCalendar

    package init(targets: SLATargets, calendar: WorkCalendar) {
        self.targets = targets
        self.calendar = calendar
    }
}

/// One rule. An empty list of alternatives matches everything.
package struct SLARule: Sendable {
    package var priorities: [Priority] = []
    package var categories: [Category] = []
    package var projects: [ExactText] = []
    package let terms: SLATerms
    /// The operator's name for the calendar of the terms; nil: around the clock.
    package let calendarName: String?

    package init(_ terms: SLATerms, calendarName: String? = nil) {
        self.terms = terms
        self.calendarName = calendarName
    }

    func matches(_ priority: Priority, _ category: Category, _ project: ExactText) -> Bool {
        (priorities.isEmpty || priorities.contains(priority))
            && (categories.isEmpty || categories.contains(category))
            && (projects.isEmpty || projects.contains(project))
    }
}

/// A calendar as configured.
package struct NamedHours: Sendable {
    package let name: String
    package let hours: WorkHours

    package init(name: String, hours: WorkHours) {
        self.name = name
        self.hours = hours
    }
}

package struct SLAPolicy: Sendable {
    private let rules: [SLARule]
    /// Calendars that the rules may name, for display.
    package let calendars: [NamedHours]

    /// Without rules: the built-in targets, around the clock.
    package init(rules: [SLARule] = [], calendars: [NamedHours] = []) {
        self.rules = rules
        self.calendars = calendars
    }

    /// All rules that can apply to a ticket, in order; the built-in targets come last.
    package var allRules: [SLARule] {
        rules
            + Priority.allCases.map { priority in
                var rule = SLARule(
                    SLATerms(targets: .fallback(priority), calendar: .aroundTheClock))
                rule.priorities = [priority]
                return rule
            }
    }

    package func terms(priority: Priority, category: Category, project: ExactText) -> SLATerms {
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
