// Message texts from a file of conversations: the turns of each in order, one conversation for each
// room, repeated from the start at its end.

import Foundation
import Text
import Wire

struct ConversationScript {
    private struct Turn {
        let isClient: Bool
        let body: String
    }

    private var conversations: [[Turn]] = []

    /// One JSON object on each line: `{"turns":[{"role","body"}]}`.
    init(path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for line in text.split(separator: "\n") {
            let json = try JSONReader.parse(Array(line.utf8), maxDepth: 32, maxMembers: 1024)
            let turns = (json["turns"]?.arrayValue ?? []).compactMap { turn -> Turn? in
                guard let body = turn["body"]?.stringValue, !body.isEmpty else { return nil }
                return Turn(isClient: turn["role"]?.stringValue == "client", body: body)
            }
            if !turns.isEmpty { conversations.append(turns) }
        }
        guard !conversations.isEmpty else {
            throw LoadError("\(path) holds no conversation; give a file of JSON lines with turns")
        }
    }

    func body(_ number: Int, in room: Int) -> String { turn(number, in: room).body }

    /// The seat of the author: 0 is an admin, 2 the first client.
    func speaker(_ number: Int, in room: Int) -> Int { turn(number, in: room).isClient ? 2 : 0 }

    private func turn(_ number: Int, in room: Int) -> Turn {
        let turns = conversations[room % conversations.count]
        return turns[number % turns.count]
    }
}

/// The reason why a load cannot run, as a message for the user.
struct LoadError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
