// Encodes and decodes quick replies and saved views as JSON.

import Protocol
import Text
import Tickets
import Wire

extension FieldReader {
    mutating func catalogContent(
        _ kind: CatalogKind, for caller: Caller
    ) throws(TicketRejection) -> CatalogEntry.Content {
        switch kind {
        case .canned:
            .canned(
                QuickReply(
                    title: try line("title"), shortcut: try optionalNote("shortcut") ?? "",
                    bodies: try bodies()))
        case .views:
            .view(
                SavedView(
                    name: try line("name"), filter: try filterText(for: caller),
                    sort: try optionalCode("sort") ?? .urgency,
                    isShared: try bool("shared", default: false)))
        // No call writes these.
        case .projects: throw CatalogRules.notFound
        }
    }

    /// A title or a name, as stored.
    private mutating func line(_ name: ExactText) throws(TicketRejection) -> ExactText {
        OneLine.cleaned(try text(name))
    }

    /// A string or null.
    private mutating func optionalNote(_ name: ExactText) throws(TicketRejection) -> ExactText? {
        guard let value = raw(name), !value.isNull else { return nil }
        return try optionalText(name)
    }

    private mutating func bodies() throws(TicketRejection) -> [QuickReply.Body] {
        guard let value = raw("bodies") else { throw Self.missing("bodies") }
        guard let members = value.objectValue else {
            throw Self.wrong("bodies", "an object with a text for each language")
        }
        var bodies: [QuickReply.Body] = []
        for member in members {
            guard let text = member.value.textValue else {
                throw Self.wrong("bodies", "an object with a text for each language")
            }
            bodies.append(QuickReply.Body(language: member.name, text: text))
        }
        return bodies
    }

    /// Any filter of a queue, written as it was given.
    private mutating func filterText(for caller: Caller) throws(TicketRejection) -> ExactText {
        guard let value = raw("filter") else { return "{}" }
        var fields = try FieldReader(value, "filter")
        _ = try fields.filter(for: caller)
        try fields.finish()
        var json = JSONWriter()
        json.value(value)
        return ExactText(String(decoding: json.bytes, as: UTF8.self))
    }
}

extension JSONWriter {
    mutating func catalogEntry(_ entry: CatalogEntry) {
        beginObject()
        catalogFields(entry)
        endObject()
    }

    mutating func catalogFields(_ entry: CatalogEntry) {
        id("id", entry.id)
        switch entry.content {
        case .canned(let reply):
            field("title", reply.title)
            field("shortcut", reply.shortcut)
            key("bodies")
            beginObject()
            for body in reply.bodies {
                key(body.language.string)
                string(body.text)
            }
            endObject()
        case .view(let view):
            field("name", view.name)
            key("filter")
            raw(Array(view.filter.utf8))
            field("sort", view.sort.rawValue)
            field("shared", view.isShared)
        case .project(let project): field("name", project.name)
        }
        person("owner", entry.owner)
        time("createdAt", entry.createdAt)
        time("updatedAt", entry.updatedAt)
    }
}
