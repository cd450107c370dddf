// Old values from JSON, also in MongoDB's extended form: `{"$oid": …}`, `{"$date": …}`.

package import Text
import Wire

extension OldValue {
    package init(_ json: Tree) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(Int64(number))
        case .double(let number): self = .double(number)
        case .string(let text): self = .string(text.string)
        case .time(let milliseconds): self = .date(Int64(milliseconds))
        case .objectID(let high, let low): self = .objectID(high: high, low: low)
        case .array(let items): self = .array(items.map { OldValue($0) })
        case .object(let members):
            self =
                Self.extended(members)
                ?? .object(members.map { OldField($0.name, OldValue($0.value)) })
        }
    }

    private static func extended(_ members: [Tree.Field]) -> OldValue? {
        guard members.count == 1, let member = members.first else { return nil }
        switch member.name {
        case "$oid":
            return member.value.textValue.map { .string($0.string) }
        case "$date":
            return OldTime(OldValue(member.value)).map { .date($0.milliseconds) }
        case "$numberLong", "$numberInt":
            return member.value.textValue.flatMap { Int64($0.string) }.map { .int($0) }
        case "$numberDouble":
            return member.value.textValue.flatMap { Double($0.string) }.map { .double($0) }
        default: return nil
        }
    }
}
