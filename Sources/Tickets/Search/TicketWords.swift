// Searchable words of a ticket: those of its snapshot, of its opening and of each message. Names
// and addresses are kept by person, so that a renamed person is found under both names without
// rewriting tickets.

package import Text

/// What changes of a snapshot and is searched.
package struct SearchFace: Hashable, Sendable {
    package let title: String
    package let project: String
    /// Staff alone know of tags.
    package let tags: [String]

    package init(title: String, project: String, tags: [String]) {
        self.title = title
        self.project = project
        self.tags = tags
    }

    /// What everybody who sees the ticket may find, folded.
    package func publicText(number: Int) -> String {
        SearchText.folded("T-\(number)\n\(title)\n\(project)")
    }

    /// What only staff may find, folded.
    package var internalText: String { SearchText.folded(tags.joined(separator: "\n")) }
}

extension Ticket {
    package var searchFace: SearchFace {
        SearchFace(title: title, project: project.string, tags: tags.map(\.string))
    }

    /// The words that it was opened with, folded.
    package var openingText: String { SearchText.folded(description, attachments) }

    /// What a list finds by the snapshot alone, but for people's other names.
    package func snapshotWords(for audience: Audience) -> Set<ExactText> {
        var texts = [
            searchFace.publicText(number: number), openingText, SearchText.folded(client.name),
        ]
        if let assignedTo { texts.append(SearchText.folded(assignedTo.name)) }
        if audience == .staff { texts.append(searchFace.internalText) }
        return Set(texts.flatMap(SearchText.words))
    }
}

extension TicketEvent {
    /// What a search finds of it, folded; nil: it has no words.
    package var searchText: String? {
        let text =
            created?.openingText ?? message.map { SearchText.folded($0.body, $0.attachments) }
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Everybody who sees the ticket may find them.
    package var hasPublicWords: Bool { kind == .created || hasPublicMessage }

    /// Whether the snapshot's own words, or the people of it, are others after this event.
    package var movesSnapshotWords: Bool {
        kind == .created || redaction?.seq == 1
            || changes.contains { change in
                switch change {
                case .title, .project, .tags, .assignedTo: true
                default: false
                }
            }
    }

    /// People whom it puts on the ticket as client or assignee.
    package var searchedPeople: [Person] {
        var people = created.map { [$0.client] + ($0.assignedTo.map { [$0] } ?? []) } ?? []
        for case .assignedTo(_, let person?) in changes { people.append(person) }
        return people
    }
}

extension SearchText {
    static func folded(_ text: String, _ attachments: [Attachment]) -> String {
        guard !attachments.isEmpty else { return folded(text) }
        return folded(([text] + attachments.map(\.name)).joined(separator: "\n"))
    }
}

/// Names that a person is found under.
package enum KnownNames {
    /// The newest so many; a token may say another name each time.
    package static let namesMax = 8

    package static func words(of names: [String]) -> [ExactText] {
        var words: [ExactText] = []
        var known: Set<ExactText> = []
        for name in names {
            for word in SearchText.words(SearchText.folded(name))
            where known.insert(word).inserted {
                words.append(word)
            }
        }
        return words
    }
}

extension SearchWords {
    /// Whether they stand in what `audience` may see of a ticket.
    /// - Parameter names: other names of its client and assignee, and for staff the client's address.
    package func isFound(
        in snapshot: Ticket, _ log: [TicketEvent], for audience: Audience, names: [String] = []
    ) -> Bool {
        guard !isEmpty else { return false }
        if numbers.contains(snapshot.number) { return true }
        let visible = log.filter { audience == .staff || $0.hasPublicWords }
        var words = snapshot.snapshotWords(for: audience)
        for text in visible.compactMap(\.searchText) { words.formUnion(SearchText.words(text)) }
        words.formUnion(KnownNames.words(of: names))
        return isFound(in: words)
    }

    /// By the snapshot alone.
    package func isFound(
        in snapshot: Ticket, for audience: Audience, names: [String] = []
    ) -> Bool {
        isFound(in: snapshot, [], for: audience, names: names)
    }
}
