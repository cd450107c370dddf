// Catalog permissions and limits. Pure: the journal's thread calls it between reading and writing.

package import Text

package struct CatalogLimits: Sendable, Hashable {
    /// Limit for all staff together.
    package var quickReplies = 1000
    /// Limit for one person.
    package var views = 200
    package var titleCharacters = 200
    package var shortcutCharacters = 32
    package var languages = 20
    /// Limit for a view's filter as JSON.
    package var filterBytes = 8192
    package var bodyBytes = ContentLimits().bodyBytes

    package init() {}
}

package struct CatalogRules {
    package let limits: CatalogLimits
    package let now: Timestamp

    package init(limits: CatalogLimits, now: Timestamp) {
        self.limits = limits
        self.now = now
    }

    package static let forbidden = TicketRejection(
        .forbidden, "Quick replies and saved views are for staff.")
    package static let notFound = TicketRejection(
        .notFound, "There is no such entry, or it is not yours to see.")

    /// Makes a new entry among `others`, the entries that `owner` sees, or returns the one that the
    /// same key has made.
    package func create(
        _ content: CatalogEntry.Content, by owner: Person, key: ExactText?,
        among others: [CatalogEntry]
    ) throws(TicketRejection) -> (entry: CatalogEntry, isReplay: Bool) {
        guard owner.role.isStaff else { throw Self.forbidden }
        if let key, let earlier = others.first(where: { $0.owner.id == owner.id && $0.key == key })
        {
            guard earlier.created == content else {
                throw TicketRejection(
                    .keyMismatch, "This key was used for something else.", field: "key")
            }
            return (earlier, true)
        }
        try check(content)
        try requireRoom(for: content, of: owner, among: others)
        try requireFreeShortcut(content, among: others)
        let entry = CatalogEntry(
            id: .make(at: now), owner: owner, content: content, version: 1, createdAt: now,
            updatedAt: now, key: key, created: content)
        return (entry, false)
    }

    /// `entry` with new content; unchanged when the content is the same.
    package func replace(
        _ entry: CatalogEntry, with content: CatalogEntry.Content, by person: Person,
        ifVersion version: ExpectedVersions?, among others: [CatalogEntry]
    ) throws(TicketRejection) -> CatalogEntry {
        try requireChangeable(entry, by: person, ifVersion: version)
        try check(content)
        try requireFreeShortcut(content, among: others.filter { $0.id != entry.id })
        guard content != entry.content else { return entry }
        var changed = entry
        changed.content = content
        changed.version += 1
        changed.updatedAt = now
        return changed
    }

    /// The owner may change an entry; an admin may change a shared one.
    package func requireChangeable(
        _ entry: CatalogEntry, by person: Person, ifVersion version: ExpectedVersions?
    ) throws(TicketRejection) {
        guard person.role.isStaff else { throw Self.forbidden }
        guard entry.isVisible(to: person) else { throw Self.notFound }
        guard entry.owner.id == person.id || person.role == .admin else {
            throw TicketRejection(.forbidden, "Only its owner or an admin may change this.")
        }
        if let version, !version.includes(entry.version) {
            throw TicketRejection(
                .conflict, "It has changed since: it is at version \(entry.version) now.",
                field: "If-Match")
        }
    }

    // MARK: Bounds

    private func requireRoom(
        for content: CatalogEntry.Content, of owner: Person, among others: [CatalogEntry]
    ) throws(TicketRejection) {
        let (count, limit) =
            switch content {
            case .canned: (others.count, limits.quickReplies)
            case .view: (others.count { $0.owner.id == owner.id }, limits.views)
            case .project: (0, 1)
            }
        guard count < limit else {
            throw TicketRejection(
                .tooLarge, "There are \(limit) already, as many as there may be; remove one.",
                field: content.kind.rawValue)
        }
    }

    private func requireFreeShortcut(
        _ content: CatalogEntry.Content, among others: [CatalogEntry]
    ) throws(TicketRejection) {
        guard case .canned(let reply) = content, !reply.shortcut.isEmpty else { return }
        let isTaken = others.contains { other in
            if case .canned(let taken) = other.content {
                taken.shortcut == reply.shortcut
            } else {
                false
            }
        }
        guard !isTaken else {
            throw TicketRejection(
                .conflict, "Another quick reply has this shortcut.", field: "shortcut")
        }
    }

    private func check(_ content: CatalogEntry.Content) throws(TicketRejection) {
        switch content {
        case .canned(let reply):
            try checkTitle(reply.title, "title")
            try checkShortcut(reply.shortcut)
            try checkBodies(reply.bodies)
        case .view(let view):
            try checkTitle(view.name, "name")
            guard view.filter.utf8.count <= limits.filterBytes else {
                throw Self.tooLarge("filter", "\(limits.filterBytes) bytes")
            }
        case .project(let project): try checkTitle(project.name, "name")
        }
    }

    private func checkTitle(_ title: ExactText, _ field: String) throws(TicketRejection) {
        guard !title.isBlank else {
            throw TicketRejection(.badRequest, "\(field) must not be empty.", field: field)
        }
        guard title.utf8.count <= 8 * limits.titleCharacters,
            title.string.count <= limits.titleCharacters
        else { throw Self.tooLarge(field, "\(limits.titleCharacters) characters") }
    }

    private func checkShortcut(_ shortcut: ExactText) throws(TicketRejection) {
        guard shortcut.utf8.count <= limits.shortcutCharacters else {
            throw Self.tooLarge("shortcut", "\(limits.shortcutCharacters) characters")
        }
        let isPlain = shortcut.utf8.allSatisfy { byte in
            switch byte {
            case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isPlain else {
            throw TicketRejection(
                .badRequest, "shortcut must be made of a-z, 0-9, - and _.", field: "shortcut")
        }
    }

    private func checkBodies(_ bodies: [QuickReply.Body]) throws(TicketRejection) {
        guard (1...limits.languages).contains(bodies.count) else {
            throw TicketRejection(
                .badRequest, "bodies must have 1 to \(limits.languages) languages.",
                field: "bodies")
        }
        for body in bodies {
            guard ReplyTemplate.isLanguage(body.language.string) else {
                throw TicketRejection(
                    .badRequest,
                    "bodies: “\(body.language.excerpt)” is not a language tag such as fr or en-GB.",
                    field: "bodies")
            }
            guard !body.text.isBlank else {
                throw TicketRejection(
                    .badRequest, "bodies: the one in \(body.language) is empty.", field: "bodies")
            }
            guard body.text.utf8.count <= limits.bodyBytes else {
                throw Self.tooLarge("bodies", "\(limits.bodyBytes) bytes a language")
            }
            if let problem = ReplyTemplate.problem(in: body.text.string) {
                throw TicketRejection(
                    .badRequest, "bodies: in \(body.language), \(problem)", field: "bodies")
            }
        }
    }

    private static func tooLarge(_ field: String, _ limit: String) -> TicketRejection {
        TicketRejection(.tooLarge, "\(field) is over its limit of \(limit).", field: field)
    }
}
