// Inserts the events of a batch, ticket by ticket independent of one another.

import Text
internal import Tickets

extension MongoTicketStore {
    /// An ordered insert stops at a duplicate: of a seq, a key or a number that another writer was
    /// faster with. The rest of that ticket is lost with it; the other tickets go on, unless the
    /// batch is `whole`. Throws if nothing was written, or if that is not known.
    func insert(
        _ documents: [EventDocument], whole: Bool
    ) throws(StoreError) -> CommitReport {
        var rest = documents[...]
        var report = CommitReport()
        var isBegun = false
        while !rest.isEmpty {
            do throws(MongoFailure) {
                try client.insert(rest.map(\.bson), into: .events)
                return report
            } catch {
                guard error.isDuplicateKey, let count = error.insertedCount, count < rest.count
                else {
                    throw isBegun ? error.partly(client.address) : error.outcome(client.address)
                }
                isBegun = isBegun || count > 0
                rest = rest.dropFirst(count)
                guard let loser = rest.first else { return report }
                if try isStored(loser) {
                    isBegun = true
                    rest = rest.dropFirst()
                    continue
                }
                report.lost[loser.event.ticket] = loser.event.seq
                rest = rest.filter { $0.event.ticket != loser.event.ticket }[...]
                guard whole || rest.isEmpty && !isBegun else { continue }
                throw isBegun ? error.partly(client.address) : error.outcome(client.address)
            }
        }
        return report
    }

    /// Whether the duplicate is this very event: the driver repeats an insert whose answer was
    /// lost, and after a failover the new primary may not know that it has run.
    private func isStored(_ document: EventDocument) throws(StoreError) -> Bool {
        do throws(MongoFailure) {
            try client.awaitMajority()
        } catch {
            throw error.partly(client.address)
        }
        do throws(StoreError) {
            let found = try client.find(
                in: .events, [.init("_id", Tree(document.id))],
                options: [.init("projection", .field("_id", .int(1)))])
            return try found.next() != nil
        } catch {
            throw .unknownOutcome(error.description)
        }
    }
}
