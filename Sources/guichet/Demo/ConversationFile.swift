// Parses conversations as JSON lines: `{"id","project","turns":[{"role","body"}]}`, with optional
// title, category, priority, final status and people.

import Text
import Tickets
import Wire

struct ConversationFile {
    struct Member {
        let person: Person
        let projects: [ExactText]
        let locale: String?
    }

    struct Turn {
        let isFromClient: Bool
        let body: String
        let isInternal: Bool
        /// Names of files.
        let files: [ExactText]
    }

    struct Conversation {
        let id: ExactText
        let project: ExactText
        let title: String
        let category: Category
        let priority: Priority
        let status: Status
        let tags: [ExactText]
        /// Ids of people, if the file has them.
        let client: ExactText?
        let technician: ExactText?
        let turns: [Turn]

        /// The turn in which a technician first answers and takes the ticket.
        var firstReply: Int? {
            turns.firstIndex { !$0.isFromClient && !$0.isInternal }
        }
    }

    private(set) var people: [Member] = []
    private(set) var conversations: [Conversation] = []

    init(bytes: [UInt8]) throws {
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            do {
                try read(try JSONReader.parse(Array(line)))
            } catch let error as JSONError {
                throw UsageError("line \(index + 1): \(error.description)")
            } catch let error as UsageError {
                throw UsageError("line \(index + 1): \(error.message)")
            }
        }
        if conversations.isEmpty { throw UsageError("there is no conversation in it") }
    }

    private mutating func read(_ line: Tree) throws {
        if let people = line["people"]?.arrayValue {
            self.people += try people.map(Self.member)
        } else {
            conversations.append(try Self.conversation(line))
        }
    }

    private static func member(_ json: Tree) throws -> Member {
        let id = try text("id", json)
        guard let role = Role(code: try text("role", json)) else {
            throw UsageError("person \(id) has no role that is known")
        }
        return Member(
            person: Person(id: id, name: json["name"]?.stringValue ?? id.string, role: role),
            projects: strings(json["projects"]), locale: json["locale"]?.stringValue)
    }

    private static func conversation(_ json: Tree) throws -> Conversation {
        let id = try text("id", json)
        let turns = try (json["turns"]?.arrayValue ?? []).map { json in
            let role = try text("role", json)
            guard role == "client" || role == "technician" else {
                throw UsageError("conversation \(id): a turn’s role is “\(role)”")
            }
            return Turn(
                isFromClient: role == "client", body: try text("body", json).string,
                isInternal: json["internal"]?.boolValue ?? false, files: strings(json["files"]))
        }
        guard let first = turns.first else { throw UsageError("conversation \(id) has no turns") }
        return Conversation(
            id: id, project: try text("project", json),
            title: json["title"]?.stringValue ?? title(from: first.body),
            category: try code("category", json) ?? .request,
            priority: try code("priority", json) ?? .normal,
            status: try code("status", json) ?? .open, tags: strings(json["tags"]),
            client: json["client"]?.textValue, technician: json["technician"]?.textValue,
            turns: turns)
    }

    /// The first words, at most 80 characters.
    private static func title(from body: String) -> String {
        let excerpt = Excerpt.of(body)
        guard excerpt.count > 80 else { return excerpt }
        let cut = excerpt.prefix(79)
        return (cut.lastIndex(of: " ").map { cut[..<$0] } ?? cut) + "…"
    }

    private static func text(_ name: ExactText, _ json: Tree) throws -> ExactText {
        guard let text = json[name]?.textValue else {
            throw UsageError("“\(name)” is missing or not a string")
        }
        return text
    }

    private static func strings(_ json: Tree?) -> [ExactText] {
        (json?.arrayValue ?? []).compactMap(\.textValue)
    }

    private static func code<Code: RawRepresentable<String>>(
        _ name: ExactText, _ json: Tree
    ) throws -> Code? {
        guard let text = json[name]?.textValue else { return nil }
        guard let code = Code(code: text) else {
            throw UsageError("“\(text)” is no \(name)")
        }
        return code
    }
}
