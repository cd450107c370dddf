// The report as text and as JSON.

import Text
package import Wire

extension AdoptionReport {
    private var sortedValues: [(key: Key, value: Value)] {
        values.sorted {
            $0.key.field != $1.key.field
                ? $0.key.field < $1.key.field
                : $0.value.count != $1.value.count
                    ? $0.value.count > $1.value.count : $0.key.value < $1.key.value
        }
    }

    /// Lines for a terminal.
    package var lines: [String] {
        var lines = ["\(tickets) tickets, \(messages) messages"]
        var field: ExactText?
        for (key, value) in sortedValues {
            if key.field != field { lines.append("\(key.field):") }
            field = key.field
            let meaning = value.mappedTo ?? "NOT UNDERSTOOD, for example in \(Self.list(value))"
            lines.append("  “\(key.value)”: \(value.count) → \(meaning)")
        }
        if !unknownFields.isEmpty { lines.append("fields without a place, kept in a note:") }
        for (name, value) in unknownFields.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(name.excerpt): \(value.count), for example in \(Self.list(value))")
        }
        if !defaulted.isEmpty { lines.append("missing, with the standard value:") }
        for (name, count) in defaulted.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(name): \(count)")
        }
        if files > 0 { lines.append("files to fetch: \(files)") }
        if links > 0 { lines.append("files that stay links: \(links)") }
        if clamped > 0 { lines.append("times that went backwards: \(clamped)") }
        for one in bad.prefix(20) { lines.append("bad: \(one.id.excerpt): \(one.reason)") }
        if badCount > 20 { lines.append("… and \(badCount - 20) more bad documents") }
        return lines
    }

    private static func list(_ value: Value) -> String {
        value.examples.map(\.excerpt).joined(separator: ", ")
    }

    package func write(to json: inout JSONWriter) {
        json.beginObject()
        json.field("tickets", tickets)
        json.field("messages", messages)
        writeValues(to: &json)
        writeUnknownFields(to: &json)
        json.field("links", links)
        json.field("files", files)
        json.objects("notFetched", notFetched) { one, json in
            json.field("_id", one.ticket)
            json.field("file", one.file)
            json.field("reason", one.reason)
        }
        json.field("clamped", clamped)
        writeDefaulted(to: &json)
        json.objects("bad", bad) { one, json in
            json.field("_id", one.id)
            json.field("reason", one.reason)
        }
        json.endObject()
    }

    private func writeValues(to json: inout JSONWriter) {
        json.objects("values", sortedValues) { one, json in
            json.field("field", one.key.field)
            json.field("value", one.key.value)
            json.field("count", one.value.count)
            json.key("mappedTo")
            if let meaning = one.value.mappedTo { json.string(meaning) } else { json.null() }
            Self.write(one.value.examples, to: &json)
        }
    }

    private func writeUnknownFields(to json: inout JSONWriter) {
        json.objects("unknownFields", unknownFields.sorted { $0.key < $1.key }) { one, json in
            json.field("field", one.key)
            json.field("count", one.value.count)
            Self.write(one.value.examples, to: &json)
        }
    }

    private func writeDefaulted(to json: inout JSONWriter) {
        json.key("defaulted")
        json.beginObject()
        for (name, count) in defaulted.sorted(by: { $0.key < $1.key }) {
            json.key(name.string)
            json.int(count)
        }
        json.endObject()
    }

    private static func write(_ examples: [ExactText], to json: inout JSONWriter) {
        json.key("examples")
        json.beginArray()
        for id in examples { json.string(id) }
        json.endArray()
    }
}

extension JSONWriter {
    /// An array of objects, one for each item.
    fileprivate mutating func objects<Item>(
        _ name: StaticString, _ items: [Item], fields: (Item, inout JSONWriter) -> Void
    ) {
        key(name)
        beginArray()
        for item in items {
            beginObject()
            fields(item, &self)
            endObject()
        }
        endArray()
    }
}
