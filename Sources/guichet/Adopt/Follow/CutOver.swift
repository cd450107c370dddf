// `guichet adopt --cut-over`: the last changes, then the comparison, then the end of the old side.

import MongoStore

struct CutOver {
    let source: DatabaseSource
    let follower: Follower
    let options: AdoptOptions
    /// Returns the number of differences.
    let verify: () throws -> Int

    /// While people still write to the old collection, a comparison may be late for a change.
    private static let comparisonsMax = 3

    /// Returns whether old and new are equal.
    func run() throws -> Bool {
        try follower.run(untilCaughtUp: true)
        if options.refusesWrites { try refuseWrites() }
        for round in 1...Self.comparisonsMax {
            try follower.run(untilCaughtUp: true)
            if try verify() == 0 { break }
            if options.refusesWrites || round == Self.comparisonsMax {
                Terminal.complain(
                    options.refusesWrites
                        ? "old and new differ; the old collection takes writes again after --release"
                        : "old and new differ")
                return false
            }
            Terminal.say("comparing again, as the old collection may have changed meanwhile")
        }
        Terminal.say("the cut-over is complete; the hub has everything")
        return follower.leftOut.isEmpty
    }

    private func refuseWrites() throws {
        let isNew = try source.refuseWrites()
        Terminal.tell(
            isNew
                ? "the old collection refuses inserts and updates now, by this validator:"
                : "the old collection refuses inserts and updates already, by this validator:")
        Terminal.tell(
            "  db.runCommand({collMod: \"\(options.collections.tickets)\", "
                + "validator: {$and: [{_id: {$exists: false}}, …]}, validationLevel: \"strict\", "
                + "validationAction: \"error\"})")
        Terminal.tell("guichet adopt --release takes it back, and restores the validator before")
    }
}
