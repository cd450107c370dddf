// Records as the JSON text of the `data` columns: times as milliseconds, ids as hex digits.

import Text
package import Tickets
package import Wire

package enum RecordJSON {
    /// The default size is, with its header, the largest that glibc serves from a thread's cache.
    package static func encode(_ record: Record, reserving bytes: Int = 1000) -> [UInt8] {
        var writer = JSONWriter(reserving: bytes)
        append(record, to: &writer)
        return writer.finish()
    }

    private static func append(_ record: Record, to writer: inout JSONWriter) {
        switch record {
        case .null: writer.null()
        case .bool(let flag): writer.bool(flag)
        case .int(let number): writer.int64(number)
        case .double(let number): writer.double(number)
        case .string(let text): writer.string(text)
        case .time(let time): writer.int64(time.milliseconds)
        case .objectID(let high, let low):
            writer.asciiString { TicketID(high: high, low: low).appendHex(to: &$0) }
        case .array(let items):
            writer.beginArray()
            for item in items { append(item, to: &writer) }
            writer.endArray()
        case .object(let fields):
            writer.beginObject()
            for field in fields {
                writer.key(plain: field.name)
                append(field.value, to: &writer)
            }
            writer.endObject()
        }
    }

    /// Times and ids come back as numbers and strings; `RecordReader` accepts those.
    package static func decode(_ text: Span<UInt8>) throws(JSONError) -> Record {
        record(of: try JSONReader.parse(text))
    }

    private static func record(of json: JSON) -> Record {
        switch json {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(Int64(number))
        case .double(let number): .double(number)
        case .string(let text): .string(text.string)
        case .array(let items): .array(items.map(record(of:)))
        case .object(let members):
            .object(members.map { Record.Field($0.name.string, record(of: $0.value)) })
        }
    }
}
