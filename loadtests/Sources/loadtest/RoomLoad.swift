// The load of one room: sends its messages and checks that every member receives all of them, once
// and in order. The check is part of the measurement: a server that loses frames is not fast.

import Reactor

/// A member's place in a room; a connection may have several.
final class Seat {
    let room: RoomLoad
    let index: Int
    unowned let client: Client
    /// Messages of the room received so far.
    var heard = 0
    /// The newest `seq` seen; the base that a reconnect continues from.
    var newestSeq = 0
    var isLive = false
    var isSlow = false
    /// When the page under way was requested.
    var askedAt: Int64 = 0

    init(_ room: RoomLoad, index: Int, client: Client) {
        self.room = room
        self.index = index
        self.client = client
    }
}

final class RoomLoad {
    static let underWayMax = 4096

    let number: Int
    /// The hub's ticket; empty before it is made, and for peers.
    var ticket = ""
    var seats: [Seat] = []
    private unowned let generator: Generator
    private var waitingForTicket: [Seat] = []

    /// Messages sent so far.
    private(set) var sent = 0
    /// Number of messages, from the first on, that every member has received.
    private(set) var completed = 0
    /// `seq` before the first message of the load.
    private var baseSeq = 0
    /// By number, modulo `underWayMax`: the (intended) time of sending, and the members still to
    /// receive it.
    private var sentAt: [Int64]
    private var stillToHear: [Int32]
    /// Open loop: when the next message is due, in nanoseconds.
    private var dueAt: Int64 = 0

    init(number: Int, generator: Generator, ringSize: Int) {
        self.number = number
        self.generator = generator
        sentAt = Array(repeating: 0, count: ringSize)
        stillToHear = Array(repeating: 0, count: ringSize)
    }

    /// Number of members who receive a message.
    private var listeners: Int {
        seats.count - generator.plan.slowReaders - (generator.plan.includesAuthor ? 0 : 1)
    }

    // MARK: Setup

    func whenTicketIsKnown(_ seat: Seat) {
        if ticket.isEmpty { waitingForTicket.append(seat) } else { seat.client.join(seat) }
    }

    func made(_ ticket: String) {
        self.ticket = ticket
        let waiting = waitingForTicket
        waitingForTicket = []
        for seat in waiting { seat.client.join(seat) }
    }

    // MARK: Load

    func begin(at now: Int64) {
        baseSeq = seats.first?.newestSeq ?? 0
        sent = 0
        completed = 0
        for seat in seats { seat.heard = 0 }
        guard generator.plan.ratePerSecond == 0 else {
            // Rooms are staggered, so that they do not all send at once.
            let interval = 1_000_000_000 / Int64(generator.plan.ratePerSecond)
            dueAt =
                now + interval * Int64(number % generator.plan.rooms) / Int64(generator.plan.rooms)
            return
        }
        if generator.plan.roomsPerConnection == 1 {
            fill(at: now)
        } else if number % generator.plan.roomsPerConnection == 0 {
            say(at: now)
        }
    }

    /// Closed loop: sends until the planned number is under way.
    private func fill(at now: Int64) {
        while generator.isSending, sent - completed < generator.plan.inFlight { say(at: now) }
    }

    /// Open loop: sends all messages that are due. Late ones count from their due time.
    func sayWhatIsDue(at now: Int64) {
        let interval = 1_000_000_000 / Int64(generator.plan.ratePerSecond)
        while dueAt <= now, sent - completed < sentAt.count {
            say(at: dueAt)
            dueAt += interval
        }
    }

    private func say(at time: Int64) {
        guard let author = seats.first else { return }
        let place = sent % sentAt.count
        sentAt[place] = time
        stillToHear[place] = Int32(clamping: listeners)
        let number = sent
        sent += 1
        generator.counts.sent += 1
        generator.send(number, from: author)
    }

    /// Checks a received message: it must be the member's next one.
    func heard(_ frame: ReceivedFrame, by seat: Seat, at now: Int64) {
        guard case .said(let number, let isOdd) = frame else { return }
        if let number, !generator.plan.numbersFrames {
            seat.newestSeq = max(seat.newestSeq, number)
        }
        guard generator.hasBegun, !seat.isSlow else { return }
        let index: Int
        if let number {
            index = generator.plan.numbersFrames ? number : number - baseSeq - 1
            if index < 0 { return }
            guard index == seat.heard else {
                if index < seat.heard {
                    generator.counts.repeated += 1
                } else {
                    generator.counts.missing += index - seat.heard
                    seat.heard = index + 1
                }
                return
            }
        } else {
            index = seat.heard
            if generator.plan.traffic == .typing, isOdd != (index % 2 == 0) {
                generator.counts.missing += 1
            }
        }
        guard index < sent else { return generator.counts.repeated += 1 }
        seat.heard = index + 1
        let place = index % sentAt.count
        generator.counts.delivered += 1
        generator.counts.latency.record(microseconds: Int(now - sentAt[place]) / 1000)
        stillToHear[place] -= 1
        guard stillToHear[place] == 0 else { return }
        while completed < sent, stillToHear[completed % sentAt.count] <= 0 { completed += 1 }
        guard generator.plan.ratePerSecond == 0, generator.isSending else { return }
        if generator.plan.roomsPerConnection == 1 {
            fill(at: now)
        } else {
            generator.nextInBlock(after: self).say(at: now)
        }
    }

    var isComplete: Bool { completed == sent }

    /// Messages that a member never received.
    var lost: Int {
        seats.filter { !$0.isSlow && (generator.plan.includesAuthor || $0.index > 0) }
            .reduce(0) { $0 + max(0, sent - $1.heard) }
    }
}
