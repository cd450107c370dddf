// A conversation with every kind of internal fact, each spelt CANARY: none of them may appear in
// bytes for a client.

import Text
import Tickets

extension Conversation {
    package static func withInternalFacts() throws -> Conversation {
        var new = NewTicket.about("Printer", .urgent)
        new.tags = ["CANARY-tag"]
        var conversation = try Conversation(new, at: .start)
        try conversation.send(.note("CANARY-note"), by: .tess)
        try conversation.send(.note("CANARY-both").and { $0.priority = .high }, by: .tess)
        try conversation.send(.set { $0.tags = ["CANARY-tag2"] }, by: .tess)
        try conversation.send(.set { $0.watchers = ["t2", "c2"] }, by: .tess)
        try conversation.send(.set { $0.targetHours = 77.5 }, by: .tess)
        try conversation.send(
            .set {
                $0.title = "A better title"
                $0.tags = ["CANARY-tag3"]
                $0.watchers = ["t2", "c1"]
            }, by: .tess)
        conversation.wait(minutes: 55)
        conversation.ring()
        try conversation.send(.say("public words"), by: .tess)
        return conversation
    }
}
