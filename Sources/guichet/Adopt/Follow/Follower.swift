// `guichet adopt --follow`: brings each ticket up to date that changes in the old collection.

import Adoption
import Glibc
import MongoStore
import Reactor
import Text
import Tickets

/// Why the follower cannot go on until somebody does something.
struct FollowStop: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

final class Follower {
    private let source: DatabaseSource
    private let target: any FollowTarget
    private let position: FollowPosition
    private let options: AdoptOptions
    private var directory = OldPeople()
    private var lag: FollowLag

    /// Changed documents between two places that are kept.
    private static let batchMax = 200
    /// Of one ticket that the hub's people write at the same time.
    private static let triesMax = 10
    private static let awaitMilliseconds = 100

    private(set) var changed = 0
    /// Tickets that cannot be followed, and why.
    private(set) var leftOut: [ExactText: String] = [:]

    init(
        _ source: DatabaseSource, _ target: any FollowTarget, _ position: FollowPosition,
        _ options: AdoptOptions
    ) {
        self.source = source
        self.target = target
        self.position = position
        self.options = options
        lag = FollowLag(target)
    }

    /// Runs until it is killed, or until no change is left.
    func run(untilCaughtUp: Bool) throws {
        while true {
            do {
                try follow(untilCaughtUp: untilCaughtUp)
                if untilCaughtUp { return lag.end() }
            } catch let error as ForeignChangesError {
                switch error {
                case .away(let error): try pause(error.description)
                case .impossible(let reason): throw UsageError(reason)
                case .lost(let reason):
                    Terminal.complain(
                        "the change stream does not reach back to where the follower was "
                            + "(\(reason)): every ticket is compared again")
                    try position.write(nil)
                }
            } catch let error as StoreError {
                try pause(error.description)
            } catch let error as FollowError {
                guard case .away = error else { throw UsageError(error.description) }
                try pause(error.description)
            }
        }
    }

    private func pause(_ reason: String) throws {
        lag.noteAway(reason)
        sleep(1)
    }

    private func follow(untilCaughtUp: Bool) throws {
        let place = try position.read()
        let changes = try source.changes(after: place, awaitMilliseconds: Self.awaitMilliseconds)
        let people = try source.changesOfPeople()
        try readPeople()
        if place == nil {
            try compareAll()
            try position.write(changes.place)
        }
        var kept = changes.place
        var emptyPolls = 0
        while true {
            var batch: [ForeignChange] = []
            while batch.count < Self.batchMax, let change = try changes.next() {
                batch.append(change)
            }
            if batch.isEmpty {
                emptyPolls += 1
                lag.note(nil)
                // The place moves on while others write to the same server.
                if emptyPolls % 100 == 0, changes.place != kept {
                    kept = changes.place
                    try position.write(kept)
                }
                if untilCaughtUp, emptyPolls >= 3 { return try position.write(changes.place) }
                continue
            }
            emptyPolls = 0
            lag.note(batch.first?.at)
            if try people?.next() != nil {
                while try people?.next() != nil {}
                try readPeople()
            }
            try take(batch)
            kept = changes.place
            try position.write(kept)
        }
    }

    private func readPeople() throws {
        directory = OldPeople()
        try source.visitPeople { directory.add($0, options.map) }
    }

    // MARK: Tickets

    /// Every ticket of the old collection; what is there already costs one reading of its log.
    private func compareAll() throws {
        var progress = AdoptProgress("comparing", of: source.count)
        let start = wallClockMilliseconds()
        try source.visitTickets { document in
            try follow(document, changedAt: Timestamp(milliseconds: start))
            progress.note(messages: 0)
            lag.note(start)
        }
        Terminal.progress("")
    }

    private func take(_ batch: [ForeignChange]) throws {
        var seen: Set<[UInt8]> = []
        // The newest state of a document says all of its changes.
        for change in batch where seen.insert(change.key).inserted {
            if change.kind == .end {
                throw FollowStop("the old collection was dropped or renamed")
            }
            let at = Timestamp(milliseconds: change.at)
            if let document = try source.document(change.key) {
                try follow(document, changedAt: at)
            } else {
                try noteDeletion(change.key, at)
            }
            lag.note(change.at)
        }
    }

    private func follow(_ document: OldDocument, changedAt: Timestamp) throws {
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        switch document {
        case .broken(let id, let reason): try leaveOut(id, reason)
        case .whole(let value):
            let name = OldTicketReader.name(of: value)
            var report = AdoptionReport()
            do {
                let ticket = try OldTicketReader(options.map, directory, now: now)
                    .read(value, &report)
                guard ticket.isUnderstood else {
                    return try leaveOut(name, report.firstNotUnderstood)
                }
                leftOut[name] = nil
                try bringUpToDate(ticket, changedAt: changedAt, now: now)
            } catch let error as OldDocumentError {
                try leaveOut(name, error.description)
            }
        }
    }

    private func bringUpToDate(
        _ ticket: OldTicket, changedAt: Timestamp, now: Timestamp
    ) throws {
        for _ in 0..<Self.triesMax {
            let log = try target.log(of: ticket.id)
            guard
                let missing = LogCatchUp.events(
                    of: ticket, log: log, number: ticket.number ?? 0, directory,
                    changedAt: changedAt, now: now)
            else {
                return try leaveOut(ticket.name, "there is another ticket with this id")
            }
            guard !missing.events.isEmpty else { return }
            do throws(FollowError) {
                try target.append(missing.events, to: log)
                changed += 1
                return
            } catch {
                switch error {
                case .stale: continue
                case .refused(let reason): return try leaveOut(ticket.name, reason)
                case .away: throw error
                }
            }
        }
        throw FollowError.away("ticket \(ticket.name): \(FollowError.stale)")
    }

    /// The hub keeps the ticket: only people can say whether its words must go too.
    private func noteDeletion(_ key: [UInt8], _ at: Timestamp) throws {
        guard let value = try? OldBSON.document(key),
            let id = TicketID(OldTicketReader.name(of: value))
        else { return }
        let log = try target.log(of: id)
        guard let note = LogCatchUp.deletion(of: id, log: log, at: at) else { return }
        do throws(FollowError) {
            try target.append([note], to: log)
        } catch {
            // The next run, or somebody else's next event, does not depend on it.
            guard case .stale = error else { throw error }
        }
        Terminal.complain("\(id): it was deleted in the old collection, and is kept here")
    }

    private func leaveOut(_ name: ExactText, _ reason: String) throws {
        guard options.keepsGoing else {
            throw FollowStop(
                "\(name): \(reason). Correct it, say with --map what it becomes, or leave such "
                    + "tickets out with --keep-going; the follower goes on where it was")
        }
        if leftOut.updateValue(reason, forKey: name) == nil {
            Terminal.complain("left out \(name): \(reason)")
        }
    }
}
