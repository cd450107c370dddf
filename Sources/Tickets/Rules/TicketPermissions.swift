// Permissions to change fields (docs/protocol.md 2.9). Refusals name the field.

import Text

extension TicketRules {
    func authorise(
        _ edit: TicketEdit, on snapshot: Ticket, by caller: Caller
    ) throws(TicketRejection) {
        // A colleague took the ticket first and it has just left the caller's view: name the
        // colleague.
        if edit.action == .take, caller.person.role.isStaff, let holder = snapshot.assignedTo,
            holder.id != caller.person.id
        {
            var rejection = TicketRejection(
                .alreadyTaken, "\(holder.name) has taken this ticket.", field: "action")
            rejection.assignedTo = holder
            throw rejection
        }
        guard caller.canAccess(snapshot) else { throw .notFound }
        guard caller.audience(of: snapshot) == .client else { return }
        try authoriseClient(edit, on: snapshot, id: caller.person.id)
    }

    private func authoriseClient(
        _ edit: TicketEdit, on snapshot: Ticket, id: ExactText
    ) throws(TicketRejection) {
        if edit.draft?.isInternal == true {
            throw forbidden("internal", "Internal notes are for staff.")
        }
        if let action = edit.action, action != .resolve, action != .reopen {
            throw forbidden("action", "Only staff may \(action.rawValue) a ticket.")
        }
        for field in edit.edits.fields {
            let name = field.rawValue
            switch field.clientRight {
            case .onOwnTicket where snapshot.client.id == id: continue
            case .onOwnTicket:
                throw forbidden(name, "Only the ticket's own client may change its \(name).")
            case .forThemselves: try authorise(edit.edits[field]?.texts ?? [], in: name, id: id)
            case .never: throw forbidden(name, "Clients may not change \(name).")
            }
        }
    }

    /// A client watches with a list that names nobody else. Watchers hidden from them are refused
    /// too: the answer would reveal who watches.
    private func authorise(
        _ names: [ExactText], in field: String, id: ExactText
    ) throws(TicketRejection) {
        guard names.allSatisfy({ $0 == id || $0 == "me" }) else {
            throw forbidden(field, "Clients may only add or remove themselves.")
        }
    }

    private func forbidden(_ field: String, _ message: String) -> TicketRejection {
        TicketRejection(.forbidden, message, field: field)
    }
}
