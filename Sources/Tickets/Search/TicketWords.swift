// Searchable words of a ticket: those of its snapshot, of its opening and of each message. Names
// and addresses are kept by person, so that a renamed person is found under both names without
// rewriting tickets.

package import Text

/// The searchable fields of a snapshot that can change.
package struct SearchFace: Hashable, Sendable {
    package let title: String
    package let project: String
    /// Visible to staff only.
    package let tags: [String]

    package init(title: String, project: String, tags: [String]) {
        self.title = title
        self.project = project
        self.tags = tags
    }

    /// Words that everyone with access may find, folded.
    package func publicText(number: Int) -> String {
        SearchText.folded("T-\(number)\n\(title)\n\(project)")
    }

    /// Words that only staff may find, folded.
    package var internalText: String { SearchText.folded(tags.joined(separator: "\n")) }
}

extension Ticket {
    package var searchFace: SearchFace {
        SearchFace(title: title, project: project.string, tags: tags.map(\.string))
    }

    /// The words of the opening, folded.
    package var openingText: String { SearchText.folded(description, attachments) }

    /// Words that a list finds in the snapshot alone, without people's other names.
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
    /// Searchable words of the event, folded; nil: it has no words.
    package var searchText: String? {
        let text =
            created?.openingText ?? message.map { SearchText.folded($0.body, $0.attachments) }
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Everyone with access to the ticket may find its words.
    package var hasPublicWords: Bool { kind == .created || hasPublicMessage }

    /// Whether this event changes the snapshot's words or its people.
    package var movesSnapshotWords: Bool {
        kind == .created || redaction?.seq == 1
            || changes.contains { change in
                switch change.field {
                case .title, .project, .tags, .assignedTo: true
                default: false
                }
            }
    }

    /// People that it makes client or assignee.
    package var searchedPeople: [Person] {
        var people = created.map { [$0.client] + ($0.assignedTo.map { [$0] } ?? []) } ?? []
        people += changes.compactMap { $0.assignee?.to }
        return people
    }
}

extension SearchText {
    static func folded(_ text: String, _ attachments: [Attachment]) -> String {
        guard !attachments.isEmpty else { return folded(text) }
        return folded(([text] + attachments.map(\.name)).joined(separator: "\n"))
    }
}

/// Names by which a person is found.
package enum KnownNames {
    /// Limit; the newest are kept. Every token may carry another name.
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
    /// Whether all terms match the part of a ticket that `audience` may see.
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

    /// Matches against the snapshot alone.
    package func isFound(
        in snapshot: Ticket, for audience: Audience, names: [String] = []
    ) -> Bool {
        isFound(in: snapshot, [], for: audience, names: names)
    }
}
