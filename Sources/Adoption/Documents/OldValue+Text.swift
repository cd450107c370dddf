// Old values as people read them, in the note of a ticket and in the report.

import Text
import Tickets

extension OldValue {
    /// On one line, in the manner of JSON; at most about `bytesMax` bytes.
    package func rendered(bytesMax: Int) -> String {
        var text = ""
        render(into: &text, bytesMax: bytesMax, depth: 0)
        return text
    }

    private func render(into text: inout String, bytesMax: Int, depth: Int) {
        guard text.utf8.count < bytesMax, depth < 40 else {
            if !text.hasSuffix("…") { text += "…" }
            return
        }
        switch self {
        case .null: text += "null"
        case .string(let string): text += depth == 0 ? string : "\"\(string)\""
        case .array(let items):
            text += "["
            for (index, item) in items.enumerated() where text.utf8.count < bytesMax {
                if index > 0 { text += ", " }
                item.render(into: &text, bytesMax: bytesMax, depth: depth + 1)
            }
            text += "]"
        case .object(let fields):
            text += "{"
            for (index, field) in fields.enumerated() where text.utf8.count < bytesMax {
                if index > 0 { text += ", " }
                text += "\(field.name): "
                field.value.render(into: &text, bytesMax: bytesMax, depth: depth + 1)
            }
            text += "}"
        default: text += self.text ?? ""
        }
    }

    static func dateText(_ milliseconds: Int64) -> String {
        Timestamp(milliseconds: milliseconds).rfc3339
    }

    static func hex(_ high: UInt64, _ low: UInt32) -> String {
        TicketID(high: high, low: low).description
    }
}
