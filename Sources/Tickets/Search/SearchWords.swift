// What a caller looks for, and what it means to find it. The stores answer from their indexes; this
// is the definition that they are held to, and what a live queue asks.

package struct SearchWords: Hashable, Sendable {
    /// Characters of a question.
    package static let questionMax = 200

    /// Folded, each once: these stand as they are.
    package let whole: [String]
    /// A word begins with this: the last one, which may still be being typed. From two characters
    /// on: what begins with one letter is most of all there is.
    package let beginning: String?

    package init(_ text: String) {
        var words: [String] = []
        let found = SearchText.words(SearchText.question(text))
        let last = found.last.flatMap { $0.unicodeScalars.count > 1 ? $0 : nil }
        for word in last == nil ? found[...] : found.dropLast() where !words.contains(word) {
            words.append(word)
        }
        whole = words
        beginning = last
    }

    /// All of them must be found. A question of signs only has none, and finds nothing.
    package var isEmpty: Bool { whole.isEmpty && beginning == nil }

    package func isFound(in texts: [String]) -> Bool {
        guard !isEmpty else { return false }
        let found = Set(texts.flatMap(SearchText.words))
        return whole.allSatisfy { found.contains($0) }
            && (beginning.map { start in
                found.contains { $0.utf8.starts(with: start.utf8) }
            } ?? true)
    }
}

extension Ticket {
    /// What a search finds of a head, folded: ref, title, description, the client's name.
    package var searchText: String { searchText(titled: title) }

    /// As it was under an earlier title: the rest changes by a redaction alone.
    package func searchText(titled title: String) -> String {
        SearchText.folded("\(ref)\n\(title)\n\(description)\n\(client.name)")
    }
}

extension TicketEvent {
    /// What a search finds of a message, folded; nil: there is none, or it has no words.
    package var searchText: String? {
        guard let message else { return nil }
        let text = SearchText.folded(message.body)
        return text.isEmpty ? nil : text
    }

    /// Whether the head's own text is another after this event.
    package var movesHeadText: Bool {
        kind == .created || redaction?.seq == 1
            || changes.contains { if case .title = $0 { true } else { false } }
    }
}

extension SearchWords {
    /// Whether they stand in what `audience` may see of a ticket.
    package func isFound(
        in head: Ticket, _ log: [TicketEvent], for audience: Audience
    ) -> Bool {
        let visible = log.filter { audience == .staff || $0.hasPublicMessage }
        return isFound(in: [head.searchText] + visible.compactMap(\.searchText))
    }
}
