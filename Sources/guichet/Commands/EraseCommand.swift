// `guichet erase`: erases a person from a store while its hub is stopped. Completes interrupted
// erasures first, of this command or of a hub.

import Glibc
import Reactor
import Text
import Tickets

struct EraseCommand {
    private let arguments: Arguments

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.arguments = try Arguments(
            arguments, environment, options: ["store", "messages", "reason"], freeMax: 1)
    }

    func run() throws {
        guard let person = arguments.free.first.map({ ExactText($0) }) else {
            throw UsageError(
                "name the person: guichet erase PERSON --messages keep|redact [--reason TEXT]")
        }
        let redacts = try redactsMessages()
        let reason = arguments["reason"] ?? "erased by an operator"
        guard !reason.allSatisfy(\.isWhitespace), reason.count <= 500 else {
            throw UsageError("--reason must have 1 to 500 characters")
        }
        let opener = try StoreChoice.opener(arguments["store"] ?? StoreChoice.fallback)
        let writing = try StoreWriting(
            opener, by: StoreClaimant(command: "erase", createsStore: false))
        defer { writing.end() }
        let store = try opener.openStore()
        for unfinished in try store.erasures() where unfinished.person != nil {
            _ = try erase(unfinished, from: store)
            Terminal.say("finished the erasure \(unfinished.pseudonym)")
        }
        guard try isKnown(person, in: store) else {
            _ = try opener.openFiles().removeTraces()
            writing.end()
            Terminal.complain("no person with the id “\(person)” is in \(opener.label)")
            exit(1)
        }
        let erasure = Erasure.begin(
            person, redactsMessages: redacts, by: .hub, at: now, reason: reason)
        try store.keep(erasure)
        let done = try erase(erasure, from: store)
        let copies = try opener.openFiles().removeTraces()
        Terminal.say(
            "erased: \(done.pseudonym) replaces the person in \(done.tickets) tickets; there may be copies in "
                + copies.map(\.rawValue).joined(separator: ", "))
    }

    private func redactsMessages() throws -> Bool {
        switch arguments["messages"] {
        case "keep"?: return false
        case "redact"?: return true
        default: throw UsageError("--messages must be keep or redact")
        }
    }

    private var now: Timestamp { Timestamp(milliseconds: wallClockMilliseconds()) }

    private func isKnown(_ person: ExactText, in store: any TicketStore) throws -> Bool {
        guard Erasure.canErase(person) else { return false }
        if try store.people().contains(where: { $0.id == person }) { return true }
        var after = TicketID(high: 0, low: 0)
        while true {
            let found = try store.tickets(naming: person, after: after, limit: 1000)
            if !found.named.isEmpty { return true }
            guard let end = found.end else { return false }
            after = end
        }
    }

    private func erase(_ erasure: Erasure, from store: any TicketStore) throws -> Erasure {
        var run = ErasureRun(erasure)
        while true {
            let rules = TicketRules(
                policy: SLAPolicy(), limits: ContentLimits(), now: now, person: { _ in nil })
            switch try run.step(on: store, rules) {
            case .allTicketsDone:
                try run.finish(on: store)
                Terminal.progress("")
                return run.erasure
            case .redact(let made): try store.commit(StoreBatch(made))
            case .renamed, .passed:
                Terminal.progress("\(run.erasure.tickets) tickets")
            }
        }
    }
}
