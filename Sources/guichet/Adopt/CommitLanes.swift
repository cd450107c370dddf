// Threads that commit the batches of an adoption, each with a lane of the store's bulk, while the
// next batch is made.

import Reactor
import Tickets

/// Used by one thread.
final class CommitLanes {
    private enum Order: Sendable {
        case commit(EncodedBatch)
        case add(StatisticsChange)
        case confirm, end
    }

    /// A lane is ready for the next order, or has failed.
    private struct Answer: Sendable {
        let lane: Int
        let failure: (any Error)?
    }

    private let answers: Mailbox<Answer>
    private var lanes: [(orders: Mailbox<Order>, thread: LoopThread)] = []
    private var idle: [Int] = []

    /// Returns when all lanes are open.
    init(_ opener: any TicketStoreOpener) throws {
        answers = try Mailbox<Answer>()
        for number in 0..<opener.bulkLanes {
            let orders = try Mailbox<Order>()
            lanes.append((orders, try Self.start(number, opener, orders, answers)))
        }
        try awaitAll()
    }

    deinit {
        for lane in lanes { lane.orders.post(.end) }
        for lane in lanes { lane.thread.join() }
    }

    /// Hands the batch to a lane, when one is free. None of the tickets may be in a batch that is
    /// under way.
    func commit(_ batch: EncodedBatch) throws { try give(.commit(batch)) }

    /// Returns when this batch and all before it are written.
    func commitAlone(_ batch: EncodedBatch) throws {
        try awaitAll()
        try commit(batch)
        try awaitAll()
    }

    func add(_ change: StatisticsChange) throws { try give(.add(change)) }

    func confirm() throws {
        try awaitAll()
        for number in idle { lanes[number].orders.post(.confirm) }
        idle = []
        try awaitAll()
    }

    private func give(_ order: Order) throws {
        while idle.isEmpty { try awaitAnswers() }
        lanes[idle.removeFirst()].orders.post(order)
    }

    private func awaitAll() throws {
        while idle.count < lanes.count { try awaitAnswers() }
    }

    private func awaitAnswers() throws {
        answers.wait()
        for answer in answers.drain() {
            if let failure = answer.failure { throw failure }
            idle.append(answer.lane)
        }
    }

    // MARK: A lane's thread

    private static func start(
        _ number: Int, _ opener: any TicketStoreOpener, _ orders: Mailbox<Order>,
        _ answers: Mailbox<Answer>
    ) throws -> LoopThread {
        try LoopThread.start(name: "adopt-write-\(number)") {
            do {
                let lane = try opener.openBulkLane()
                answers.post(Answer(lane: number, failure: nil))
                while try carryOut(orders, lane) {
                    answers.post(Answer(lane: number, failure: nil))
                }
            } catch {
                answers.post(Answer(lane: number, failure: error))
            }
        }
    }

    /// Waits for an order; there is one at a time. Returns whether more may come.
    private static func carryOut(
        _ orders: Mailbox<Order>, _ lane: any BulkLane
    ) throws(StoreError) -> Bool {
        orders.wait()
        for order in orders.drain() {
            switch order {
            case .commit(let batch): try lane.commit(batch)
            case .add(let change): try lane.add(change)
            case .confirm: try lane.confirm()
            case .end: return false
            }
        }
        return true
    }
}
