// The reading of one document: its findings are kept apart until the whole is read.

import Text
import Tickets

struct DocumentReading {
    let name: ExactText
    let map: AdoptionMap
    let directory: OldPeople
    let now: Int64
    /// Values, unknown fields and defaults, in the order in which they came.
    private var findings: [Finding] = []
    var links = 0
    private(set) var isUnderstood = true
    private(set) var clamped = 0
    private(set) var leftovers: [String] = []
    private(set) var leftoverBytes = 0

    private enum Finding {
        case value(ExactText, String, String?)
        case unknown(ExactText)
        case missing(ExactText)
    }

    init(name: ExactText, map: AdoptionMap, directory: OldPeople, now: Int64) {
        self.name = name
        self.map = map
        self.directory = directory
        self.now = now
    }

    // MARK: Values

    /// nil: missing. Years before 1970 and times after tomorrow are no times of a ticket.
    mutating func time(
        _ value: OldValue?, _ field: ExactText
    ) throws(OldDocumentError) -> Int64? {
        guard let value, !value.isMissing else { return nil }
        guard let time = OldTime(value)?.milliseconds else {
            throw OldDocumentError(
                "\(field) is not a time: \(value.rendered(bytesMax: 60).excerpt)")
        }
        guard time >= 0, time < now + 86_400_000 else {
            throw OldDocumentError(
                "\(field) is \(OldValue.dateText(time)); it must be from 1970 to tomorrow")
        }
        return min(time, now)
    }

    /// The same for a deadline, which may be far away.
    mutating func deadline(
        _ value: OldValue?, _ field: ExactText
    ) throws(OldDocumentError) -> Int64? {
        guard let value, !value.isMissing else { return nil }
        guard let time = OldTime(value)?.milliseconds, time >= 0, time < 32_503_680_000_000 else {
            throw OldDocumentError(
                "\(field) is not a time: \(value.rendered(bytesMax: 60).excerpt)")
        }
        return time
    }

    /// A text, kept whole.
    mutating func words(
        _ value: OldValue?, _ field: ExactText
    ) throws(OldDocumentError) -> String? {
        guard let value, !value.isMissing else { return nil }
        guard let text = value.text else {
            throw OldDocumentError(
                "\(field) is not a text: \(value.rendered(bytesMax: 60).excerpt)")
        }
        guard text.utf8.count <= OldTicketReader.textBytesMax else {
            throw OldDocumentError("\(field) is over 1 MiB")
        }
        guard text.utf8.contains(0) else { return text }
        missing("NUL")
        return Self.withoutNUL(text)
    }

    private static func withoutNUL(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return String(
            decoding: text.utf8.flatMap { $0 == 0 ? [0xEF, 0xBF, 0xBD] : [$0] }, as: UTF8.self)
    }

    /// A word of a table; nil: missing, or not understood, which stops the run.
    mutating func word<Value: RawRepresentable<String>>(
        _ value: OldValue?, _ field: ExactText, _ table: (String) -> Value?
    ) -> Value? {
        guard let value, !value.isMissing else { return nil }
        let text = value.text ?? value["name"]?.text ?? value.rendered(bytesMax: 100)
        let meaning = table(text)
        found(field, text, meaning?.rawValue)
        return meaning
    }

    mutating func flag(_ value: OldValue?, _ field: ExactText) -> Bool? {
        guard let value, !value.isMissing else { return nil }
        if case .bool(let flag) = value { return flag }
        let text = value.text ?? value.rendered(bytesMax: 100)
        let meaning = ValueTables.flag(text)
        found(field, text, meaning.map { $0 ? "true" : "false" })
        return meaning
    }

    func person(
        _ value: OldValue?, _ field: ExactText
    ) throws(OldDocumentError) -> OldPerson? {
        guard let value, !value.isMissing else { return nil }
        guard let person = OldPeople.person(value, map) else {
            throw OldDocumentError(
                "\(field) is not a person: \(value.rendered(bytesMax: 60).excerpt)")
        }
        return person
    }

    // MARK: Findings

    mutating func found(_ field: ExactText, _ value: String, _ meaning: String?) {
        findings.append(.value(field, value, meaning))
        if meaning == nil { isUnderstood = false }
    }

    mutating func missing(_ field: ExactText) { findings.append(.missing(field)) }
    mutating func clamp() { clamped += 1 }

    /// Keeps a value without a place for the ticket's note.
    mutating func leftover(_ field: ExactText, _ value: OldValue, at place: String) {
        findings.append(.unknown(field))
        let line = "\(place): \(value.rendered(bytesMax: OldTicketReader.textBytesMax))"
        leftoverBytes += line.utf8.count + 1
        // Beyond the limit nothing of the ticket is kept.
        guard leftoverBytes <= OldTicketReader.textBytesMax else { return }
        leftovers.append(Self.withoutNUL(line))
    }

    /// The note of a ticket holds as much as a message.
    func requireRoomForLeftovers() throws(OldDocumentError) {
        guard leftoverBytes <= OldTicketReader.textBytesMax else {
            throw OldDocumentError("its fields without a place are over 1 MiB")
        }
    }

    func finish(_ ticket: inout OldTicket, _ report: inout AdoptionReport) {
        ticket.leftovers = leftovers
        ticket.isUnderstood = isUnderstood
        report.note(ticket)
        for finding in findings {
            switch finding {
            case .value(let field, let value, let meaning):
                report.note(field, value, mappedTo: meaning, of: name)
            case .unknown(let field): report.noteUnknown(field, of: name)
            case .missing(let field): report.noteDefault(field)
            }
        }
        report.noteLinks(links)
        for _ in 0..<clamped { report.noteClamped() }
    }
}
