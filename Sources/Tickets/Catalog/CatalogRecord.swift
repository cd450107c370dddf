// Catalog entries to and from records.

package import Text

extension CatalogEntry {
    package var record: Tree {
        .object([
            .init("id", Tree(id)), .init("owner", owner.record),
            .init("isShared", .bool(isShared)), .init("content", content.record),
            .init("version", Tree(version)), .init("createdAt", .time(createdAt)),
            .init("updatedAt", .time(updatedAt)), .init("key", Tree(key)),
            .init("created", key == nil ? .null : created.record),
        ])
    }

    package init(record: Tree, _ kind: CatalogKind) throws(RecordError) {
        let fields = try RecordReader(record, "catalog entry")
        let content = try Content(record: try fields.required("content"), kind)
        self.init(
            id: try fields.id("id"), owner: try Person(record: try fields.required("owner")),
            content: content, version: try fields.int("version"),
            createdAt: try fields.time("createdAt"), updatedAt: try fields.time("updatedAt"),
            key: try fields.optionalText("key"),
            created: try fields.optional("created").map { record throws(RecordError) in
                try Content(record: record, kind)
            } ?? content)
    }
}

extension CatalogEntry.Content {
    fileprivate var record: Tree {
        switch self {
        case .canned(let reply):
            .object([
                .init("title", Tree(reply.title)), .init("shortcut", Tree(reply.shortcut)),
                .init(
                    "bodies",
                    .array(
                        reply.bodies.map { body in
                            .object([
                                .init("language", Tree(body.language)),
                                .init("text", Tree(body.text)),
                            ])
                        })),
            ])
        case .view(let view):
            .object([
                .init("name", Tree(view.name)), .init("filter", Tree(view.filter)),
                .init("sort", Tree(view.sort.rawValue)),
                .init("isShared", .bool(view.isShared)),
            ])
        case .project(let project):
            .object([
                .init("project", Tree(project.project)), .init("name", Tree(project.name)),
            ])
        }
    }

    fileprivate init(record: Tree, _ kind: CatalogKind) throws(RecordError) {
        let fields = try RecordReader(record, "content")
        switch kind {
        case .canned:
            let bodies = try fields.array("bodies").map { record throws(RecordError) in
                let body = try RecordReader(record, "bodies")
                return QuickReply.Body(
                    language: try body.text("language"), text: try body.text("text"))
            }
            self = .canned(
                QuickReply(
                    title: try fields.text("title"), shortcut: try fields.text("shortcut"),
                    bodies: bodies))
        case .projects:
            self = .project(
                ProjectName(project: try fields.text("project"), name: try fields.text("name")))
        case .views:
            self = .view(
                SavedView(
                    name: try fields.text("name"), filter: try fields.text("filter"),
                    sort: try fields.code("sort"), isShared: try fields.bool("isShared")))
        }
    }
}
