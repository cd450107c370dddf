// Digest of a command, to tell a retry from a different command under the same key.

import Algorithms
import Text

/// Not a security measure: author and key are the same.
struct Fingerprint {
    private var hash = FNV1a()

    var value: UInt64 { hash.value }

    mutating func add(_ text: String) {
        let bytes = text.utf8.span
        add(byteCount: bytes.count)
        for index in bytes.indices { hash.add(bytes[index]) }
    }

    mutating func add(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        add(name)
        add(text)
    }

    mutating func add(_ name: StaticString, _ text: ExactText?) { add(name, text?.string) }

    mutating func add(_ name: StaticString, _ texts: [String]?) {
        guard let texts else { return }
        add(name)
        add(texts)
    }

    private mutating func add(_ texts: [String]) {
        add(byteCount: texts.count)
        for text in texts { add(text) }
    }

    mutating func add(_ name: StaticString, _ texts: [ExactText]?) {
        add(name, texts?.map(\.string))
    }

    /// A value that a command asks for. Stored digests have these forms: they cannot change.
    mutating func add(_ field: TicketField, _ value: FieldValue) {
        add(field.rawValue)
        switch value {
        case .empty: add(field.kind.isPerson ? "nobody" : "null")
        case .text("me") where field.kind.isPerson: add("caller")
        case .text(let id) where field.kind.isPerson: add(["person", id.string])
        case .text(let text): add(text.string)
        case .number(let number): add("\(number)")
        case .time(let time): add("\(time.milliseconds)")
        case .texts(let texts): add(texts.map(\.string))
        case .person(let person): add(person.id.string)
        case .people(let people): add(people.map(\.id.string))
        }
    }

    private mutating func add(_ name: StaticString) {
        // SAFETY: a literal's bytes last as long as the program.
        let bytes = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        add(byteCount: bytes.count)
        for index in bytes.indices { hash.add(unsafe bytes[index]) }
    }

    private mutating func add(byteCount: Int) { hash.add(UInt64(byteCount)) }
}

extension TicketCommand {
    /// The command without the fields that only say how (`baseSeq`, `force`, `ifSeq`).
    package var fingerprint: UInt64 {
        var print = Fingerprint()
        switch request {
        case .create(let new):
            print.add("create")
            print.add("title", new.title)
            print.add("description", new.description)
            print.add("category", new.category.rawValue)
            print.add("priority", new.priority.rawValue)
            print.add("project", new.project)
            print.add("tags", new.tags)
            print.add("attachments", new.attachments.map(\.description))
            print.add("clientId", new.clientID)
        case .edit(_, let edit):
            print.add("edit")
            edit.add(to: &print)
        case .redact(_, let seq, let reason):
            print.add("redact")
            print.add("seq", "\(seq)")
            print.add("reason", reason)
        case .clockDue:
            print.add("clockDue")
        case .adopt:
            print.add("adopt")
        }
        return print.value
    }
}

extension TicketEdit {
    func add(to print: inout Fingerprint) {
        if let draft {
            print.add("body", draft.body)
            print.add("internal", draft.isInternal ? "true" : "false")
            print.add("mentions", draft.mentions)
            print.add("attachments", draft.attachments.map(\.description))
        }
        print.add("action", action?.rawValue)
        for field in edits.fields {
            if let value = edits[field] { print.add(field, value) }
        }
    }
}
