// A query string as fields, so that lists and queue streams read it as frames are read.

import Text
import Tickets
import Wire

extension FieldReader {
    /// Repeated names and commas give lists.
    init(query: [QueryItem], without ignored: Set<ExactText> = []) throws(TicketRejection) {
        var order: [ExactText] = []
        var values: [ExactText: [JSON]] = [:]
        var lists: Set<ExactText> = []
        for item in query where !ignored.contains(item.name) {
            if values[item.name] == nil { order.append(item.name) }
            if item.value.utf8.contains(UInt8(ascii: ",")) { lists.insert(item.name) }
            let parts =
                item.name == "q" ? [ExactText(item.value)] : ExactText(item.value).split(at: ",")
            values[item.name, default: []] += parts.map { .string($0) }
        }
        try self.init(
            .object(order.map { JSONMember(name: $0, value: .array(values[$0] ?? [])) }))
        listNames = lists
    }

    /// The last value of a name. A list is none: which of its values was meant, nobody can tell.
    mutating func single(_ name: ExactText) throws(TicketRejection) -> ExactText? {
        guard !listNames.contains(name) else { throw Self.wrong(name, "one value") }
        return try optionalTexts(name)?.last
    }

    mutating func number(
        _ name: ExactText, in range: ClosedRange<Int>
    ) throws(TicketRejection) -> Int? {
        guard let text = try single(name) else { return nil }
        guard let number = Int(text.string), range.contains(number) else {
            throw Self.wrong(
                name,
                range.upperBound == .max
                    ? "an integer, \(range.lowerBound) or more"
                    : "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
