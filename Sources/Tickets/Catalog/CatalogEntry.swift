// Catalog entries: quick replies and saved views of staff, and names of projects. An entry has no
// events; the store keeps its newest version under its id.

package import Text

package enum CatalogKind: String, Sendable, Hashable, CaseIterable {
    case canned, views, projects
}

package typealias CatalogID = Identifier<CatalogEntry>

/// A reply to start from, in one or more languages.
package struct QuickReply: Hashable, Sendable {
    package struct Body: Hashable, Sendable {
        /// A language tag such as `fr` or `en-GB`.
        package let language: ExactText
        package let text: ExactText

        package init(language: ExactText, text: ExactText) {
            self.language = language
            self.text = text
        }
    }

    package let title: ExactText
    /// Typed to find the reply; empty: no shortcut.
    package let shortcut: ExactText
    /// One body per language.
    package let bodies: [Body]

    package init(title: ExactText, shortcut: ExactText, bodies: [Body]) {
        self.title = title
        self.shortcut = shortcut
        self.bodies = bodies.sorted { $0.language < $1.language }
    }
}

/// A named filter and order of a list.
package struct SavedView: Hashable, Sendable {
    package let name: ExactText
    /// A JSON object with the fields of a queue's `filter`, checked by the maker of the view.
    package let filter: ExactText
    package let sort: TicketSort
    package let isShared: Bool

    package init(name: ExactText, filter: ExactText, sort: TicketSort, isShared: Bool) {
        self.name = name
        self.filter = filter
        self.sort = sort
        self.isShared = isShared
    }
}

/// What people call a project whose id says nothing to them.
package struct ProjectName: Hashable, Sendable {
    package let project: ExactText
    package let name: ExactText

    package init(project: ExactText, name: ExactText) {
        self.project = project
        self.name = name
    }
}

package struct CatalogEntry: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case canned(QuickReply)
        case view(SavedView)
        case project(ProjectName)
    }

    package let id: CatalogID
    package let owner: Person
    package var content: Content
    /// Starts at 1; each change adds one.
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    /// The owner's idempotency key, and the command that it was used for.
    package let key: ExactText?
    package let created: Content

    package init(
        id: CatalogID, owner: Person, content: Content, version: Int, createdAt: Timestamp,
        updatedAt: Timestamp, key: ExactText?, created: Content
    ) {
        self.id = id
        self.owner = owner
        self.content = content
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.key = key
        self.created = created
    }

    package var kind: CatalogKind { content.kind }

    /// Visible to all staff, not only to its owner.
    package var isShared: Bool {
        switch content {
        case .canned, .project: true
        case .view(let view): view.isShared
        }
    }

    package func isVisible(to person: Person) -> Bool {
        person.role.isStaff && (isShared || owner.id == person.id)
    }
}

extension CatalogEntry.Content {
    package var kind: CatalogKind {
        switch self {
        case .canned: .canned
        case .view: .views
        case .project: .projects
        }
    }
}
