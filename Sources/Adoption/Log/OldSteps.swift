// The history of an old ticket as ordered steps.

import Text
import Tickets

struct OldSteps {
    enum What {
        /// An index of `messages` or `history`.
        case message(Int), change(Int)
        /// The history does not tell how the ticket came to its state.
        case status(Status), assignment
    }

    struct Step {
        let at: Int64
        let what: What
    }

    private(set) var all: [Step] = []
    /// The step that sets the status for the last time; nil: none.
    private(set) var lastStatusIndex: Int?

    /// Arrays merge by time, on a tie the history before messages.
    init(_ old: OldTicket) {
        let history = Self.history(of: old)
        all.reserveCapacity(history.count + old.messages.count)
        var rest = history[...]
        for (index, message) in old.messages.enumerated() {
            while let next = rest.first, next.at <= message.at {
                all.append(next)
                rest.removeFirst()
            }
            all.append(Step(at: message.at, what: .message(index)))
        }
        all += rest
        lastStatusIndex = all.lastIndex { step in
            switch step.what {
            case .status: return true
            case .change(let index):
                return old.history[index].change?.field == .status
            case .message, .assignment: return false
            }
        }
    }

    private static func history(of old: OldTicket) -> [Step] {
        var steps = old.history.enumerated().map { Step(at: $1.at, what: .change($0)) }
        let told = Set(old.history.compactMap { $0.change?.field })
        if !told.contains(.status), old.status != .open {
            insert(Step(at: timeOfStatus(old), what: .status(old.status)), into: &steps)
        }
        if !told.contains(.assignedTo), old.assignedTo != nil {
            steps.insert(Step(at: old.createdAt, what: .assignment), at: 0)
        }
        return steps
    }

    private static func timeOfStatus(_ old: OldTicket) -> Int64 {
        let explicit: Int64? =
            switch old.status {
            case .closed: old.closedAt ?? old.sla.resolvedAt ?? old.resolvedAt
            case .resolved: old.sla.resolvedAt ?? old.resolvedAt ?? old.closedAt
            case .waiting: old.sla.pausedAt
            case .open, .inProgress: old.createdAt
            }
        let newest = max(old.messages.last?.at ?? 0, old.history.last?.at ?? 0)
        return max(old.createdAt, explicit ?? old.updatedAt ?? newest)
    }

    private static func insert(_ step: Step, into steps: inout [Step]) {
        let place = steps.firstIndex { $0.at > step.at } ?? steps.endIndex
        steps.insert(step, at: place)
    }
}

/// The values at creation: what the history says was before its first change, else what is now.
struct FirstValues {
    private(set) var status = Status.open
    private(set) var priority: Priority
    private(set) var category: Category
    private(set) var title: String
    private(set) var project: ExactText
    private(set) var assignedTo: OldPerson?

    init(_ old: OldTicket) {
        (priority, category, title) = (old.priority, old.category, old.title)
        project = old.project
        var seen: Set<TicketField> = []
        for line in old.history {
            guard let change = line.change, seen.insert(change.field).inserted,
                let before = line.before, !before.isBlank
            else { continue }
            take(before)
        }
    }

    private mutating func take(_ before: OldChange.Change) {
        switch before.field {
        case .status:
            if let value: Status = before.code(), value.isActive { status = value }
        case .priority: priority = before.code() ?? priority
        case .category: category = before.code() ?? category
        case .title: title = before.words?.string ?? title
        case .project: project = before.words ?? project
        case .assignedTo: assignedTo = before.person
        default: break
        }
    }
}
