// `guichet outbox`: lists waiting and dead entries, and retries dead ones. The hub may run.

import Glibc
import Reactor
import Text
import Tickets

struct OutboxCommand {
    private let arguments: Arguments

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.arguments = try Arguments(
            arguments, environment, options: ["store", "limit"], flags: ["dead", "sent"],
            freeMax: 1001)
    }

    func run() throws {
        switch arguments.free.first {
        case "list": try list()
        case "replay": try replay()
        default:
            throw UsageError(
                "say `guichet outbox list [--dead|--sent]`, or `guichet outbox replay --dead` or "
                    + "`guichet outbox replay ID …`")
        }
    }

    private func open() throws -> any OutboxStore {
        try StoreChoice.opener(arguments["store"] ?? StoreChoice.fallback, isInspection: true)
            .openOutbox()
    }

    /// One line for each entry: state, tries, due or settled time, id, reason.
    private func list() throws {
        guard arguments.free.count == 1 else {
            throw UsageError("“\(arguments.free[1])” is not understood; try `guichet help`")
        }
        let isDead = try arguments.has("dead")
        let isSent = try arguments.has("sent")
        let states: [OutboxState] =
            isDead || isSent
            ? (isDead ? [.dead] : []) + (isSent ? [.sent] : []) : [.waiting, .dead]
        let limit = try arguments.int("limit", in: 1...1_000_000) ?? 100
        let outbox = try open()
        for state in states {
            for line in try outbox.list(state, limit: limit) {
                Terminal.tell(
                    "\(state.rawValue) \(line.attempts) \(line.at.rfc3339) \(line.id)"
                        + (line.reason.isEmpty ? "" : " \(line.reason)"))
            }
        }
    }

    private func replay() throws {
        let ids = Array(arguments.free.dropFirst())
        let isDead = try arguments.has("dead")
        guard isDead == ids.isEmpty else {
            throw UsageError("give either --dead or the ids of entries; see `guichet outbox list`")
        }
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        let count = try open().replay(isDead ? nil : ids.map { ExactText($0) }, now: now)
        Terminal.say("\(count) \(count == 1 ? "entry is" : "entries are") due again")
        if count < ids.count { exit(1) }
    }
}
