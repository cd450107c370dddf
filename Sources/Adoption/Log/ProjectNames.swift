// The names of the old system's projects. Tickets keep the ids, which tokens name.

import Text
package import Tickets

package struct ProjectNames: Sendable {
    package private(set) var all: [ProjectName] = []
    /// Documents without an id or a name.
    package private(set) var unnamed = 0

    private static let names: [ExactText] = [
        "name", "title", "nom", "titre", "label", "displayName",
    ]

    package init() {}

    package mutating func add(_ document: OldValue) {
        let name = Self.names.lazy.compactMap { document[$0]?.text.map(OneLine.cleaned) }
            .first { !$0.isBlank }
        guard let id = (document["_id"] ?? document["id"])?.text, let name else {
            unnamed += 1
            return
        }
        let project = OneLine.cleaned(id)
        guard !project.isBlank else { return }
        all.append(
            ProjectName(
                project: ExactText(String(project.prefix(100))),
                name: ExactText(String(name.prefix(200)))))
    }

    /// The entries of a store: the same project has the same id in every run.
    package func entries(at now: Timestamp) -> [CatalogEntry] {
        all.map { project in
            var id = DerivedID()
            id.add("project")
            id.add(project.project.string)
            return CatalogEntry(
                id: id.identifier(at: 0), owner: .hub, content: .project(project), version: 1,
                createdAt: now, updatedAt: now, key: nil, created: .project(project))
        }
    }
}
