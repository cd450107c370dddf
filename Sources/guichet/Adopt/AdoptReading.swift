// The second walk over the old tickets, on a thread of its own: it makes their logs a little ahead of
// the thread that writes them.

import Adoption
import Reactor
import Tickets

/// What the first walk has found out, for further walks.
struct TicketWalk: Sendable {
    let map: AdoptionMap
    let directory: OldPeople
    let plan: NumberPlan
    let now: Timestamp

    /// Visits the tickets, without those that are bad.
    func visit(_ source: any AdoptSource, _ visit: (OldTicket) throws -> Void) throws {
        let reader = OldTicketReader(map, directory, now: now)
        var findings = AdoptionReport()
        try source.visitTickets { document in
            guard case .whole(let value) = document,
                let ticket = try? reader.read(value, &findings),
                ticket.isUnderstood, !plan.repeated.contains(ticket.id)
            else { return }
            try visit(ticket)
        }
    }

    func log(of ticket: OldTicket, number: Int) -> AdoptedTicket {
        LogBuilder.build(ticket, number: number, directory, now: now)
    }
}

/// An old ticket with its log.
struct ReadTicket: Sendable {
    let old: OldTicket
    /// nil: a ticket that came after the plan.
    let number: Int?
    /// Under that number.
    let log: AdoptedTicket
}

struct AdoptReading {
    private enum Part: Sendable {
        case tickets([ReadTicket])
        case end
        case failed(any Error)
    }

    /// Asks the reading thread for one more part, or for none any more.
    private enum Wish: Sendable { case more, nothing }

    /// Of a part; a part ends sooner when it has so many bytes of words.
    private static let ticketsMax = 16
    private static let bytesMax = 1 << 20
    /// Parts that wait to be written.
    private static let partsMax = 12

    private let parts: Mailbox<Part>
    private let wishes: Mailbox<Wish>
    private let thread: LoopThread

    init(_ walk: TicketWalk, _ source: @escaping AdoptSourceMaker) throws {
        let (parts, wishes) = (try Mailbox<Part>(), try Mailbox<Wish>())
        self.parts = parts
        self.wishes = wishes
        thread = try LoopThread.start(name: "adopt-read") {
            do {
                try Self.read(walk, try source(), into: parts, wishes)
                parts.post(.end)
            } catch {
                parts.post(.failed(error))
            }
        }
    }

    /// Visits the tickets in their order.
    func visit(_ visit: (ReadTicket) throws -> Void) throws {
        defer {
            wishes.post(.nothing)
            thread.join()
        }
        for _ in 0..<Self.partsMax { wishes.post(.more) }
        while true {
            parts.wait()
            for part in parts.drain() {
                switch part {
                case .tickets(let tickets): for ticket in tickets { try visit(ticket) }
                case .end: return
                case .failed(let error): throw error
                }
                wishes.post(.more)
            }
        }
    }

    /// The consumer has ended.
    private struct Stop: Error {}

    private static func read(
        _ walk: TicketWalk, _ source: any AdoptSource, into parts: Mailbox<Part>,
        _ wishes: Mailbox<Wish>
    ) throws {
        var tickets: [ReadTicket] = []
        var bytes = 0
        var wanted = 0
        func give() throws {
            while wanted == 0 {
                wishes.wait()
                let given = wishes.drain()
                if given.contains(.nothing) { throw Stop() }
                wanted += given.count
            }
            wanted -= 1
            parts.post(.tickets(tickets))
            (tickets, bytes) = ([], 0)
        }
        try walk.visit(source) { ticket in
            let number = walk.plan.number(of: ticket.id)
            let log = walk.log(of: ticket, number: number ?? 0)
            tickets.append(ReadTicket(old: ticket, number: number, log: log))
            bytes += log.events.reduce(0) { $0 + ($1.message?.body.utf8.count ?? 0) }
            if tickets.count >= ticketsMax || bytes >= bytesMax { try give() }
        }
        if !tickets.isEmpty { try give() }
    }
}
