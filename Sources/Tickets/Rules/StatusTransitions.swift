// Which status follows from a message, an action or an edit of the status.

extension TicketRules {
    /// A client's public message reopens a ticket that waits for the client or is resolved.
    func reopen(_ snapshot: Ticket, in plan: inout EditPlan) {
        guard snapshot.status == .waiting || snapshot.status == .resolved else { return }
        plan.set(status: snapshot.assignedTo == nil ? .open : .inProgress)
    }

    func planAction(
        _ action: TicketAction, named edits: FieldEdits, on snapshot: Ticket, by caller: Caller,
        in plan: inout EditPlan
    ) throws(TicketRejection) {
        let assigns = action == .take || action == .release
        let alsoSet =
            edits.status != nil ? "status" : assigns && edits.assignedTo != nil ? "assignedTo" : nil
        if let alsoSet {
            throw invalid(alsoSet, "Give either an action or \(alsoSet), not both.")
        }
        if snapshot.status == .closed, action != .reopen, action != .close, action != .release {
            throw closed("action")
        }
        switch action {
        case .take:
            plan.assign(to: caller.person)
            if plan.next.status == .open { plan.set(status: .inProgress) }
        case .release:
            plan.assign(to: nil)
            if plan.next.status.isActive { plan.set(status: .open) }
        case .resolve: plan.set(status: .resolved)
        case .close: plan.set(status: .closed)
        case .wait: plan.set(status: .waiting)
        case .reopen:
            if snapshot.status == .closed, caller.audience(of: snapshot) == .client {
                throw closed("action")
            }
            if !plan.next.status.isActive {
                plan.set(status: plan.next.assignedTo == nil ? .open : .inProgress)
            }
        }
    }

    /// A `closed` ticket can only be reopened, by either name.
    func planStatus(
        _ status: Status, by person: Person, in plan: inout EditPlan
    ) throws(TicketRejection) {
        if plan.snapshot.status == .closed, status != .closed {
            let reopens = status == .open || status == .inProgress
            try require(reopens && person.role.isStaff, closed("status"))
        }
        plan.set(status: status)
    }
}
