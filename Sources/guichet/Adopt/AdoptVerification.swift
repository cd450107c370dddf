// `guichet adopt --verify`: old against new, ticket by ticket.

import Adoption
import Tickets

struct AdoptVerification {
    private let survey: AdoptSurvey
    private static let shownMax = 20

    init(_ survey: AdoptSurvey) { self.survey = survey }

    /// Returns the number of differences.
    func run(_ source: any AdoptSource, _ reader: any TicketReader) throws -> Int {
        var progress = AdoptProgress("comparing", of: survey.report.tickets)
        var count = 0
        var tickets = 0
        try survey.visit(source) { ticket in
            let expected = survey.log(of: ticket, number: 1)
            let log = try Self.log(of: ticket.id, reader, limit: expected.events.count)
            let found = LogComparison.differences(ticket, expected, log, survey.directory)
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

    private static func log(
        of id: TicketID, _ reader: any TicketReader, limit: Int
    ) throws -> [TicketEvent] {
        var log: [TicketEvent] = []
        while log.count < limit {
            let query = EventQuery(
                .after(log.count), limit: min(1000, limit - log.count), audience: .staff)
            guard let page = try reader.page(of: id, query), !page.events.isEmpty else { break }
            log += page.events
            if !page.more { break }
        }
        return log
    }
}
