// Events in the form of the stores and of exports, in requests and answers. Times are milliseconds.

import Text
import Tickets
import Wire

extension Record {
    init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(Int64(number))
        case .double(let number): self = .double(number)
        case .string(let text): self = .string(text.string)
        case .array(let items): self = .array(items.map { Record($0) })
        case .object(let members):
            self = .object(members.map { Field($0.name.string, Record($0.value)) })
        }
    }
}

extension JSONWriter {
    mutating func record(_ record: Record) {
        switch record {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .int(let number): int64(number)
        case .double(let number): double(number)
        case .string(let text): string(text)
        case .time(let time): int64(time.milliseconds)
        case .objectID(let high, let low):
            asciiString { TicketID(high: high, low: low).appendHex(to: &$0) }
        case .array(let items):
            beginArray()
            for item in items { self.record(item) }
            endArray()
        case .object(let fields):
            beginObject()
            for field in fields {
                key(plain: field.name)
                self.record(field.value)
            }
            endObject()
        }
    }
}
