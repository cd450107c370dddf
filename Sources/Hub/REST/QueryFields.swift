// A query string as fields, so that lists and queue streams read it as frames are read.

import Text
import Tickets
import Wire

extension FieldReader {
    /// Repeated names and commas give lists.
    init(query: [QueryItem], without ignored: Set<ExactText> = []) throws(TicketRejection) {
        var order: [ExactText] = []
        var values: [ExactText: [JSON]] = [:]
        for item in query where !ignored.contains(item.name) {
            if values[item.name] == nil { order.append(item.name) }
            let parts =
                item.name == "q" ? [ExactText(item.value)] : ExactText(item.value).split(at: ",")
            values[item.name, default: []] += parts.map { .string($0) }
        }
        try self.init(
            .object(order.map { JSONMember(name: $0, value: .array(values[$0] ?? [])) }))
    }

    /// The last value of a name.
    mutating func single(_ name: ExactText) throws(TicketRejection) -> ExactText? {
        try optionalTexts(name)?.last
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
