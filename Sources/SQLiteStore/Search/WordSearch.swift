// One search term as SQL: the numbers of the tickets that match it, in their texts or by the names
// of their people.

import Text
import Tickets

struct WordSearch {
    let audience: Audience
    /// Otherwise in snapshots only.
    let isInMessages: Bool

    private typealias Query = (sql: String, values: [SQLValue])

    func tickets(
        with term: SearchWords.Term, orNumbered numbers: [Int]
    ) -> (sql: String, values: [SQLValue]) {
        // SQL compounds are evaluated from the left, so nested ones need parentheses.
        var parts = term.ways.enumerated().map { index, way in
            let words = Self.compound(way.map(query), " INTERSECT ")
            return index == 0 || way.count == 1
                ? words : ("SELECT number FROM (\(words.sql))", words.values)
        }
        if !numbers.isEmpty {
            let marks = Array(repeating: "?", count: numbers.count).joined(separator: ", ")
            parts.append(
                (
                    "SELECT number FROM tickets WHERE number IN (\(marks))",
                    numbers.map { SQLValue($0) }
                )
            )
        }
        return Self.compound(parts, " UNION ")
    }

    private func query(_ word: SearchWords.Word) -> Query {
        let staffWithMessages = audience == .staff && isInMessages
        let parts = [
            inText(word), byPeople("client_id", word, withAddress: staffWithMessages),
            byPeople("assigned_to", word, withAddress: false),
        ]
        let all = Self.compound(parts, " UNION ALL ")
        return ("SELECT number FROM (\(all.sql))", all.values)
    }

    /// Words have only letters and digits, so they need no escaping between quotes.
    private func inText(_ word: SearchWords.Word) -> Query {
        let column = audience == .staff ? "" : "public : "
        let match =
            switch word {
            case .whole(let text): "\(column)\"\(text)\""
            case .beginning(let text): "\(column)\"\(text)\" *"
            }
        return (
            "SELECT rowid >> \(SearchIndex.seqBits) AS number FROM search WHERE search MATCH ?"
                + (isInMessages
                    ? "" : " AND rowid & \(SearchIndex.seqMask) <= \(SearchIndex.snapshotRowMax)"),
            [.text(match)]
        )
    }

    private func byPeople(
        _ column: String, _ word: SearchWords.Word, withAddress: Bool
    ) -> Query {
        let condition: String
        let values: [SQLValue]
        switch word {
        case .whole(let text):
            condition = "word = ?"
            values = [.text(text.string)]
        case .beginning(let text):
            condition = "word >= ? AND word < ?"
            values = [.text(text.string), .text(text.string + "\u{10FFFF}")]
        }
        let names = withAddress ? "" : " AND is_address = 0"
        return (
            "SELECT number FROM tickets WHERE \(column) IN "
                + "(SELECT person FROM person_words WHERE \(condition)\(names))",
            values
        )
    }

    private static func compound(_ parts: [Query], _ joint: String) -> Query {
        (parts.map(\.sql).joined(separator: joint), parts.flatMap(\.values))
    }
}
