// `guichet adopt` with `--follow`, `--cut-over` or `--release`.

import Adoption
import Glibc
import Tickets

struct FollowCommand {
    let options: AdoptOptions
    let now: Timestamp

    init(_ options: AdoptOptions, now: Timestamp) {
        self.options = options
        self.now = now
    }

    func run() throws {
        guard options.isDatabase else {
            throw UsageError("a file does not change: only a MongoDB collection can be followed")
        }
        let source = try DatabaseSource(options.source, options.collections)
        if options.task == .release { return try release(source) }
        if let hub = options.follow.hub {
            let isWhole = try run(source, HubTarget(hub.url, tokenFile: hub.tokenFile))
            if !isWhole { exit(1) }
            return
        }
        let opener = try StoreChoice.opener(options.store)
        let writing = try StoreWriting(
            opener, by: StoreClaimant(command: "adopt", createsStore: true))
        let isWhole: Bool
        do {
            defer { writing.end() }
            isWhole = try run(
                source, StoreTarget(try opener.openStore(), label: opener.label))
        }
        if !isWhole { exit(1) }
    }

    /// Returns whether old and new are equal at the end.
    private func run(_ source: DatabaseSource, _ target: any FollowTarget) throws -> Bool {
        let position = FollowPosition(
            path: options.follow.position, source: source.label, target: target.label)
        let follower = Follower(source, target, position, options)
        Terminal.complain("following \(source.label) into \(target.label)")
        do {
            return try run(follower, source, target)
        } catch let stop as FollowStop {
            Terminal.complain(stop.reason)
            return false
        }
    }

    private func run(
        _ follower: Follower, _ source: DatabaseSource, _ target: any FollowTarget
    ) throws -> Bool {
        guard options.task == .cutOver else {
            try follower.run(untilCaughtUp: false)
            return true
        }
        let cutOver = CutOver(source: source, follower: follower, options: options) {
            try differences(source, target)
        }
        return try cutOver.run()
    }

    private func differences(_ source: DatabaseSource, _ target: any FollowTarget) throws -> Int {
        var survey = AdoptSurvey(options.map, files: nil, now: now)
        try survey.readPeople(source)
        try survey.readTickets(source)
        return try AdoptVerification(survey).run(source) { try target.log(of: $0) }
    }

    private func release(_ source: DatabaseSource) throws {
        let isNew = try source.releaseWrites()
        Terminal.tell(
            isNew
                ? "the old collection takes writes again"
                : "the old collection has not refused writes; nothing was changed")
    }
}
