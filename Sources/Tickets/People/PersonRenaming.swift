// Replaces one person's id and name in every record. The events of a log and the snapshot are
// renamed alike, so that the snapshot stays the fold of the log.

package import Text

package struct PersonRenaming: Sendable {
    package let id: ExactText
    package let pseudonym: ExactText

    package init(_ id: ExactText, to pseudonym: ExactText) {
        self.id = id
        self.pseudonym = pseudonym
    }

    package func isMeant(_ text: ExactText) -> Bool { text == id }

    package func rename(_ person: Person) -> Person {
        guard isMeant(person.id) else { return person }
        return Person(id: pseudonym, name: Person.erasedName, role: person.role)
    }

    package func rename(_ snapshot: Ticket) throws(RecordError) -> Ticket {
        try Ticket(record: rename(snapshot.record))
    }

    package func rename(_ record: Tree) -> Tree {
        switch record {
        case .array(let items): .array(items.map { rename($0) })
        case .object(let fields): rename(fields)
        default: record
        }
    }

    private func rename(_ fields: [Tree.Field]) -> Tree {
        if isPerson(fields) { return renamed(fields) }
        let isOwn = fields.contains { $0.name == "by" && isPerson($0.value) }
        var rest = fields
        // Needed only for a retry of the person's own commands.
        if isOwn { rest.removeAll { $0.name == "key" || $0.name == "fingerprint" } }
        return .object(rest.map { Tree.Field($0.name, rename($0)) })
    }

    private func rename(_ field: Tree.Field) -> Tree {
        switch (field.name, field.value) {
        // Lists of bare ids.
        case ("mentions", .array(let ids)), ("selfWatching", .array(let ids)):
            .array(
                ids.map { id in
                    if case .string(let text) = id, isMeant(text) {
                        Tree(pseudonym)
                    } else {
                        id
                    }
                })
        case ("publicMessageAuthor", .string(let text)) where isMeant(text):
            Tree(pseudonym)
        default: rename(field.value)
        }
    }

    private func isPerson(_ record: Tree) -> Bool {
        if case .object(let fields) = record { isPerson(fields) } else { false }
    }

    private func isPerson(_ fields: [Tree.Field]) -> Bool {
        fields.contains { $0.name == "role" }
            && fields.contains {
                if $0.name == "id", case .string(let text) = $0.value {
                    isMeant(text)
                } else {
                    false
                }
            }
    }

    private func renamed(_ fields: [Tree.Field]) -> Tree {
        .object(
            fields.map { field in
                switch field.name {
                case "id": .init("id", Tree(pseudonym))
                case "name": .init("name", Tree(Person.erasedName))
                default: field
                }
            })
    }

    // MARK: The catalog

    /// nil: the entry is deleted with its owner.
    package func rename(_ entry: CatalogEntry) -> CatalogEntry? {
        let isOwn = isMeant(entry.owner.id)
        if isOwn, !entry.isShared { return nil }
        return CatalogEntry(
            id: entry.id, owner: rename(entry.owner), content: rename(entry.content),
            version: entry.version, createdAt: entry.createdAt, updatedAt: entry.updatedAt,
            key: isOwn ? nil : entry.key, created: rename(entry.created))
    }

    private func rename(_ content: CatalogEntry.Content) -> CatalogEntry.Content {
        guard case .view(let view) = content else { return content }
        return .view(
            SavedView(
                name: view.name, filter: renamed(filter: view.filter), sort: view.sort,
                isShared: view.isShared))
    }

    /// A filter is JSON: replaces the id as a whole string value, not as a field name.
    private func renamed(filter: ExactText) -> ExactText {
        let bytes = Array(filter.utf8)
        let needle = [UInt8(ascii: "\"")] + Array(id.utf8) + [UInt8(ascii: "\"")]
        let replacement = [UInt8(ascii: "\"")] + Array(pseudonym.utf8) + [UInt8(ascii: "\"")]
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let end = index + needle.count
            if end <= bytes.count, bytes[index..<end].elementsEqual(needle),
                end == bytes.count || bytes[end] != UInt8(ascii: ":")
            {
                result += replacement
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return ExactText(String(decoding: result, as: UTF8.self))
    }
}
