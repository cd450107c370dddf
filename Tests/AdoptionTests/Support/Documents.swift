// Old documents for tests, from JSON.

import Adoption
import Text
import Tickets
import Wire

let january = Timestamp(milliseconds: 1_767_225_600_000)

/// A document with an id, these fields, and a time of creation unless they have one.
func document(_ fields: String) throws -> OldValue {
    let created = #""createdAt": "2025-03-01T09:00:00.000Z""#
    let all =
        [#""_id": "0123456789abcdef01234567""#]
        + (fields.contains(#""createdAt""#) ? [] : [created]) + (fields.isEmpty ? [] : [fields])
    let json = "{\(all.joined(separator: ", "))}"
    return OldValue(try JSONReader.parse(Array(json.utf8)))
}

struct Adopted {
    let report: AdoptionReport
    let ticket: AdoptedTicket
    let differences: [Difference]

    init(
        _ fields: String, map: String = "{}", users: [String] = [], now: Timestamp = january
    ) throws {
        let map = try AdoptionMap(json: Array(map.utf8))
        var directory = OldPeople()
        for user in users {
            directory.add(OldValue(try JSONReader.parse(Array(user.utf8))), map)
        }
        var report = AdoptionReport()
        let reader = OldTicketReader(map, directory, now: now)
        let old = try reader.read(try document(fields), &report)
        self.report = report
        ticket = LogBuilder.build(old, number: 7, directory, now: now)
        differences = LogComparison.differences(old, ticket.events, directory)
    }

    var snapshot: Ticket { ticket.snapshot }
    var kinds: [EventKind] { ticket.events.map(\.kind) }
    var bodies: [String] { ticket.events.compactMap { $0.message?.body } }
}
