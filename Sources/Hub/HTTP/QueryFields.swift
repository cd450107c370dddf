// A query string as fields, so that lists and queue streams are parsed like frames.

import Protocol
import Text
import Tickets
import Wire

extension FieldReader {
    /// Repeated names and commas make lists. A filter's name with `[]` has one value, commas
    /// included: `tag[]=a,b` is the tag “a,b”.
    init(query: [QueryItem], without ignored: Set<ExactText> = []) throws(TicketRejection) {
        var order: [ExactText] = []
        var values: [ExactText: [Tree]] = [:]
        var lists: Set<ExactText> = []
        for item in query where !ignored.contains(item.name) {
            let list = Self.filterName(item.name)
            let name = list ?? item.name
            if values[name] == nil { order.append(name) }
            let isWhole = list != nil || name == "q"
            let hasComma = item.value.utf8.contains(UInt8(ascii: ","))
            if !isWhole, hasComma { lists.insert(name) }
            let isList = Self.takingLists.contains(name) || hasComma
            let parts =
                isWhole || !isList && !item.value.isEmpty
                ? [ExactText(item.value)] : Self.parts(item.value)
            // An empty filter has no effect.
            for part in parts where list == nil || !part.isEmpty {
                values[name, default: []].append(.string(part))
            }
            values[name] = values[name] ?? []
        }
        try self.init(
            .object(order.map { Tree.Field($0, .array(values[$0] ?? [])) }))
        listNames = lists
    }

    /// Filters of lists; each may occur more than once.
    private static let filterNames: Set<ExactText> = [
        "status", "priority", "category", "sla", "project", "client", "tag", "assignedTo",
        "watching",
    ]

    /// Names that take lists; blanks around a value are dropped.
    private static let takingLists = filterNames.union(["role"])

    /// `tag` of `tag[]`.
    private static func filterName(_ name: ExactText) -> ExactText? {
        let bytes = name.utf8
        guard bytes.count > 2, bytes.suffix(2).elementsEqual("[]".utf8) else { return nil }
        let inner = ExactText(String(decoding: bytes.dropLast(2), as: UTF8.self))
        return filterNames.contains(inner) ? inner : nil
    }

    /// Splits at commas and drops surrounding blanks.
    private static func parts(_ value: String) -> [ExactText] {
        value.utf8.split(separator: UInt8(ascii: ","))
            .map { part in
                var part = part
                while part.first == 0x20 { part = part.dropFirst() }
                while part.last == 0x20 { part = part.dropLast() }
                return part
            }
            .filter { !$0.isEmpty }
            .map { ExactText(String(decoding: $0, as: UTF8.self)) }
    }

    /// The only value of a name. Several values are an error, since it is unclear which was meant.
    mutating func single(_ name: ExactText) throws(TicketRejection) -> ExactText? {
        let values = try optionalTexts(name) ?? []
        guard values.count <= 1, !listNames.contains(name) else {
            throw Self.wrong(name, "one value")
        }
        return values.first
    }

    mutating func number(
        _ name: ExactText, in range: ClosedRange<Int>
    ) throws(TicketRejection) -> Int? {
        guard let text = try single(name) else { return nil }
        guard let number = text.number, range.contains(number) else {
            throw Self.wrong(
                name,
                range.upperBound == .max
                    ? "an integer, \(range.lowerBound) or more"
                    : "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

extension ExactText {
    /// The number in decimal digits, without a sign; nil for other text, and for more than 64 bits.
    var number: Int? {
        guard !isEmpty, utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(string)
    }
}
