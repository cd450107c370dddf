// What was found in the old collection, for the dry run.

package import Text

package struct AdoptionReport: Sendable {
    package struct Value: Sendable {
        package var count = 0
        /// nil: not understood.
        package var mappedTo: String?
        package var examples: [ExactText] = []
    }

    package struct Bad: Sendable {
        package let id: ExactText
        package let reason: String
    }

    package struct NotFetched: Sendable {
        package let ticket: ExactText
        package let file: String
        package let reason: String
    }

    struct Key: Hashable, Sendable {
        let field: ExactText
        let value: ExactText
    }

    package private(set) var tickets = 0
    package private(set) var messages = 0
    private(set) var values: [Key: Value] = [:]
    /// Fields that have no place here.
    private(set) var unknownFields: [ExactText: Value] = [:]
    /// Files that stay where they are.
    package private(set) var links = 0
    /// Files that are fetched.
    package private(set) var files = 0
    /// The first files that could not be fetched.
    package private(set) var notFetched: [NotFetched] = []
    /// Times that went backwards.
    package private(set) var clamped = 0
    /// Missing fields, and how many got the standard value.
    private(set) var defaulted: [ExactText: Int] = [:]
    /// Documents that cannot become tickets; the first are kept.
    package private(set) var bad: [Bad] = []
    package private(set) var badCount = 0

    static let examplesMax = 5
    /// Different values of a field that are listed one by one; more are a sign of a wrong field.
    static let valuesMax = 2000
    static let badMax = 1000

    package init() {}

    /// Whether everything was understood.
    package var isUnderstood: Bool { notUnderstood == 0 && badCount == 0 }

    /// Different values without a mapping.
    package var notUnderstood: Int { values.values.count { $0.mappedTo == nil } }

    /// One value without a mapping, as a reason.
    package var firstNotUnderstood: String {
        guard let key = values.first(where: { $0.value.mappedTo == nil })?.key else { return "" }
        return "\(key.field) “\(key.value)” has no meaning here"
    }

    mutating func note(_ ticket: OldTicket) {
        tickets += 1
        messages += ticket.messageCount
    }

    mutating func note(
        _ field: ExactText, _ value: String, mappedTo: String?, of ticket: ExactText
    ) {
        var key = Key(field: field, value: ExactText(value.excerpt))
        if values[key] == nil, values.count >= Self.valuesMax {
            key = Key(field: field, value: "(others)")
        }
        values[key, default: Value(mappedTo: mappedTo)].add(ticket)
    }

    /// A value of a person without a mapping.
    package mutating func noteNotUnderstood(
        _ field: ExactText, _ value: ExactText, of person: ExactText
    ) {
        note(field, value.string, mappedTo: nil, of: person)
    }

    mutating func noteUnknown(_ field: ExactText, of ticket: ExactText) {
        let known = unknownFields[field] != nil || unknownFields.count < Self.valuesMax
        unknownFields[known ? field : "(others)", default: Value()].add(ticket)
    }

    mutating func noteDefault(_ field: ExactText) { defaulted[field, default: 0] += 1 }
    mutating func noteClamped() { clamped += 1 }
    package mutating func noteLinks(_ count: Int) { links += count }

    /// Files that are to be fetched, and are no links then.
    package mutating func noteFetchable(_ count: Int) {
        links -= count
        files += count
    }

    /// A file of the ticket that could not be fetched.
    /// - Parameter wasFetchable: it was counted as one that is to be fetched.
    package mutating func noteNotFetched(
        _ ticket: ExactText, _ file: String, _ reason: String, wasFetchable: Bool
    ) {
        if wasFetchable { noteFetchable(-1) }
        if notFetched.count < Self.badMax {
            notFetched.append(NotFetched(ticket: ticket, file: file, reason: reason))
        }
    }

    package mutating func noteBad(_ id: ExactText, _ reason: String) {
        badCount += 1
        if bad.count < Self.badMax { bad.append(Bad(id: id, reason: reason)) }
    }
}

extension AdoptionReport.Value {
    fileprivate mutating func add(_ ticket: ExactText) {
        count += 1
        if examples.count < AdoptionReport.examplesMax, examples.last != ticket {
            examples.append(ticket)
        }
    }
}
