// `guichet adopt --verify`: old against new, ticket by ticket.

import Adoption
import Tickets

struct AdoptVerification {
    private let survey: AdoptSurvey
    private static let shownMax = 20

    init(_ survey: AdoptSurvey) { self.survey = survey }

    /// Returns the number of differences.
    /// - Parameters:
    ///   - log: the stored log of a ticket; empty: it is not there.
    ///   - holder: the ticket with a number; nil: numbers are not compared.
    func run(
        _ source: any AdoptSource, log: (TicketID) throws -> [TicketEvent],
        holder: ((Int) throws -> TicketID?)? = nil
    ) throws -> Int {
        var progress = AdoptProgress("comparing", of: survey.report.tickets)
        var count = 0
        var tickets = 0
        try survey.visit(source) { ticket in
            let log = try log(ticket.id)
            var ticket = ticket
            // A running hub shows its files only in the log.
            if survey.stored == nil { ticket.attachFiles(of: log) }
            let found = LogComparison.differences(
                ticket, log, survey.directory, number: try lost(ticket, log, holder))
            for difference in found.prefix(max(0, Self.shownMax - count)) {
                Terminal.tell("\(difference.ticket): \(difference.what)")
            }
            count += found.count
            tickets += found.isEmpty ? 0 : 1
            progress.note(messages: ticket.messageCount)
        }
        Terminal.progress("")
        Terminal.say(
            "compared \(progress.tickets) tickets, \(progress.messages) messages: "
                + (count == 0 ? "equal" : "\(count) differences in \(tickets) tickets"))
        return count
    }

    /// The old ticket's own number, if the stored one has another and no other ticket has it.
    private func lost(
        _ ticket: OldTicket, _ log: [TicketEvent], _ holder: ((Int) throws -> TicketID?)?
    ) throws -> Int? {
        guard let holder, let number = ticket.number, log.first?.created?.number != number,
            survey.plan.number(of: ticket.id) == number
        else { return nil }
        let there = try holder(number)
        return there == nil || there == ticket.id ? number : nil
    }
}

extension TicketReader {
    func log(of id: TicketID) throws(StoreError) -> [TicketEvent] {
        var log: [TicketEvent] = []
        while true {
            let query = EventQuery(.after(log.count), limit: 1000, audience: .staff)
            guard let page = try page(of: id, query), !page.events.isEmpty else { return log }
            log += page.events
            if !page.more { return log }
        }
    }
}
