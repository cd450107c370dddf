// Reads one old document by the tables. What is found, and what is not understood, goes into the
// report; what breaks the rules of every ticket is thrown, and nothing of the ticket is kept.

package import Text
package import Tickets

package struct OldTicketReader {
    /// UTF-8 bytes of a text that is kept whole.
    package static let textBytesMax = 1 << 20

    private let map: AdoptionMap
    let directory: OldPeople
    /// No ticket of the past is newer.
    let now: Int64

    package init(_ map: AdoptionMap, _ directory: OldPeople, now: Timestamp) {
        self.map = map
        self.directory = directory
        self.now = now.milliseconds
    }

    /// `_id` as text, also of a document that is bad otherwise.
    package static func name(of document: OldValue) -> ExactText {
        ExactText(document["_id"]?.text ?? "(no _id)")
    }

    package func read(
        _ document: OldValue, _ report: inout AdoptionReport
    ) throws(OldDocumentError) -> OldTicket {
        let fields = map.tickets.sort(document)
        guard let text = fields[.id]?.text else {
            throw OldDocumentError("its _id is missing, or no id")
        }
        let name = ExactText(text)
        var reading = DocumentReading(name: name, map: map, directory: directory, now: now)
        let idTime = TicketID(name).map { Int64($0.high >> 32) * 1000 }
        guard let createdAt = try reading.time(fields[.createdAt], "createdAt") ?? idTime else {
            throw OldDocumentError("it has no time of creation")
        }
        var derived = DerivedID()
        derived.add(text)
        var ticket = OldTicket(
            id: TicketID(name) ?? derived.identifier(at: createdAt), name: name,
            number: fields[.number].flatMap(Self.number), createdAt: createdAt)
        try reading.readHead(fields, into: &ticket)
        try reading.readPeople(fields, into: &ticket)
        try reading.readMessages(fields[.messages], notes: fields[.notes], into: &ticket)
        try reading.readHistory(fields[.history], into: &ticket)
        try reading.readClocks(fields, into: &ticket)
        reading.readRest(fields.rest, into: &ticket)
        try reading.requireRoomForLeftovers()
        reading.finish(&ticket, &report)
        return ticket
    }

    /// The document's number: an integer, or the last digits of `T-00042`.
    private static func number(_ value: OldValue) -> Int? {
        guard let text = value.text else { return nil }
        let digits = text.utf8.reversed().prefix { (0x30...0x39).contains($0) }.reversed()
        guard !digits.isEmpty, digits.count <= 9,
            let number = Int(String(decoding: Array(digits), as: UTF8.self)), number > 0
        else { return nil }
        return number
    }
}
