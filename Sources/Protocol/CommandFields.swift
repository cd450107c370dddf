// The parts of commands that WebSocket frames and REST bodies share.

package import Text
package import Tickets
import Wire

extension FieldReader {
    /// Reads the fields of `set` from this object.
    package mutating func edits() throws(TicketRejection) -> FieldEdits {
        var edits = FieldEdits()
        for field in TicketField.allCases {
            guard let value = raw(field.name) else { continue }
            edits[field] = try edit(value, of: field)
        }
        return edits
    }

    private mutating func edit(
        _ json: Tree, of field: TicketField
    ) throws(TicketRejection) -> FieldValue {
        let name = field.name
        func optional(
            _ value: FieldValue?, _ expected: String
        ) throws(TicketRejection) -> FieldValue {
            guard let value = json.isNull ? .empty : value else { throw Self.wrong(name, expected) }
            return value
        }
        switch field.kind {
        case .code(let list):
            let code = try text(name)
            let codes = list()
            guard codes.contains(code) else {
                let known = codes.map(\.string).joined(separator: ", ")
                throw Self.wrong(name, "one of \(known)")
            }
            return .text(code)
        case .text: return .text(try text(name))
        case .person:
            return try optional(
                json.textValue.map { .text($0) }, "a person’s id, \"me\" or null")
        case .people, .texts: return .texts(try optionalTexts(name) ?? [])
        case .number: return try optional(json.doubleValue.map { .number($0) }, "a number or null")
        case .time:
            return try optional(
                json.stringValue.flatMap { Timestamp(rfc3339: $0) }.map { .time($0) },
                "a time like 2026-11-22T08:30:00Z, or null")
        }
    }

    /// Reads `body`, `internal`, `attachments`, `mentions`, `baseSeq`, `force`.
    package mutating func draft() throws(TicketRejection) -> Draft {
        var draft = Draft(body: try optionalString("body") ?? "")
        draft.isInternal = try bool("internal", default: false)
        draft.attachments = try files()
        draft.mentions = try optionalTexts("mentions") ?? []
        draft.baseSeq = try optionalSeq("baseSeq")
        draft.force = try bool("force", default: false)
        return draft
    }

    private mutating func files() throws(TicketRejection) -> [FileID] {
        var files: [FileID] = []
        for text in try optionalTexts("attachments") ?? [] {
            guard let id = FileID(text) else { throw Self.wrong("attachments", "ids of files") }
            files.append(id)
        }
        return files
    }

    /// Reads `action` and `set` into `edit`.
    package mutating func changes(into edit: inout TicketEdit) throws(TicketRejection) {
        edit.action = try optionalCode("action")
        if var set = try object("set") {
            edit.edits = try set.edits()
            try set.finish()
        }
    }

    package mutating func newTicket() throws(TicketRejection) -> NewTicket {
        var new = NewTicket(
            title: try string("title"), description: try string("description"),
            category: try code("category"), priority: try code("priority"),
            project: try text("project"))
        new.tags = try optionalTexts("tags") ?? []
        new.attachments = try files()
        new.clientID = try optionalText("clientId")
        return new
    }

    package mutating func key(limit: Int = ContentLimits().keyCharacters) throws(TicketRejection)
        -> ExactText?
    {
        guard let key = try optionalText("key") else { return nil }
        return try Self.checkKey(key, limit: limit)
    }

    package static func checkKey(
        _ key: ExactText, limit: Int = ContentLimits().keyCharacters
    ) throws(TicketRejection) -> ExactText {
        guard !key.isEmpty else { throw Self.wrong("key", "1 to \(limit) characters long") }
        guard key.utf8.count <= 4 * limit, key.string.count <= limit else {
            throw TicketRejection(
                .tooLarge, "key is over its limit of \(limit) characters.", field: "key")
        }
        return key
    }

    /// Reads a queue's `filter`: each value is one string or a list.
    package mutating func filter(for caller: Caller) throws(TicketRejection) -> TicketFilter {
        var filter = TicketFilter()
        filter.status = try codes("status")
        filter.priority = try codes("priority")
        filter.category = try codes("category")
        filter.sla = try codes("sla")
        filter.project = try lines("project")
        filter.client = try oneOrMore("client") ?? []
        filter.tag = try lines("tag")
        if !filter.tag.isEmpty, !caller.person.role.isStaff {
            // Clients see no tags and must not find tickets by them. No tag has an empty name.
            filter.tag = [""]
        }
        filter.assignedTo = (try oneOrMore("assignedTo") ?? []).map { id in
            AssigneeFilter(name: id, caller: caller)
        }
        for id in try oneOrMore("watching") ?? [] {
            guard id == "me" else { throw Self.wrong("watching", "\"me\"") }
            filter.watchedBy = caller.person.id
        }
        let texts = try oneOrMore("q")?.map(\.string) ?? []
        guard texts.count <= 1 else { throw Self.wrong("q", "one value") }
        for text in texts {
            let limit = SearchWords.queryMax
            let isShort = text.utf8.count <= 8 * limit
            if isShort, text.isBlank { continue }
            guard isShort, text.count <= limit else {
                throw TicketRejection(
                    .tooLarge, "q is over its limit of \(limit) characters.", field: "q")
            }
            filter.text = text
        }
        return filter
    }

    /// Limit in UTF-8 bytes for a project or tag name before it is cleaned.
    private static let lineBytesMax = 8192

    /// Names of projects or tags, cleaned, so that every spelling of a name finds it. Names stored
    /// before cleaning existed are still found by their own spelling.
    private mutating func lines(_ name: ExactText) throws(TicketRejection) -> [ExactText] {
        var lines: [ExactText] = []
        for text in try oneOrMore(name) ?? [] {
            // A text longer than any name can be matches nothing.
            let isName = text.utf8.count <= Self.lineBytesMax
            let line = isName ? OneLine.cleaned(text) : text
            lines.append(line)
            if line != text { lines.append(text) }
        }
        return lines
    }

    private mutating func codes<Code: RawRepresentable<String> & CaseIterable>(
        _ name: ExactText, as type: Code.Type = Code.self
    ) throws(TicketRejection) -> [Code] {
        var codes: [Code] = []
        for text in try oneOrMore(name) ?? [] { codes.append(try Self.code(text, name)) }
        return codes
    }
}

extension AssigneeFilter {
    package init(name: ExactText, caller: Caller) {
        switch name {
        case "none": self = .nobody
        case "me": self = .person(caller.person.id)
        default: self = .person(name)
        }
    }
}

extension FieldReader {
    /// Reads a message with its changes; without words and files, the changes alone.
    package mutating func message() throws(TicketRejection) -> TicketEdit {
        var edit = TicketEdit()
        let saysSomething = has("body") || has("attachments")
        let draft = try draft()
        try changes(into: &edit)
        if saysSomething || (edit.action == nil && edit.edits.isEmpty) { edit.draft = draft }
        return edit
    }
}
