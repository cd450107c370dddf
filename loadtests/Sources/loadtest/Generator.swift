// The whole load of one process: its rooms and clients, its phases and its counts.

import Glibc
import Reactor
import Text
import Wire

final class Generator {
    static let project = "load"

    /// Counts of the measured window.
    struct Counts {
        var sent = 0
        var delivered = 0
        var acknowledged = 0
        var queueEvents = 0
        var receivedBytes = 0
        var caughtUp = 0
        var behind = 0
        /// Frames received twice or too early; frames that were skipped.
        var repeated = 0
        var missing = 0
        var latency = LatencyHistogram()
        var connecting = LatencyHistogram()
    }

    let plan: LoadPlan
    let loop: EventLoop
    let inflaters = InflaterPool()
    let maskingKey = UInt32.random(in: 1 ... .max)
    var counts = Counts()
    private(set) var isSending = false
    private(set) var hasBegun = false
    private let secret: [UInt8]
    private let script: ConversationScript?
    private var rooms: [RoomLoad] = []
    private var clients: [Client] = []
    private var toConnect: [Client] = []
    private var connecting = 0
    private var readyCount = 0
    private var failures: [String] = []
    private var prefillLeft = 0
    private var isEnding = false
    private var deadline = Int64.max
    private var markedAt: Int64 = 0
    private var stormBegan: Int64 = 0
    private let expiresAt = Int(wallClockMilliseconds() / 1000) + 24 * 3600

    init(_ plan: LoadPlan, secret: [UInt8], script: ConversationScript?) throws(SystemError) {
        self.plan = plan
        self.secret = secret
        self.script = script
        loop = try EventLoop()
        let ring = plan.ratePerSecond > 0 ? RoomLoad.underWayMax : max(64, plan.inFlight)
        for number in 0..<plan.rooms {
            rooms.append(RoomLoad(number: number, generator: self, ringSize: ring))
        }
        seatEverybody()
        loop.attach(try ControlChannel.listen()) { [unowned self] commands in
            for command in commands { apply(command) }
        }
    }

    /// First the authors, who make the tickets; then all others.
    private func seatEverybody() {
        for member in 0..<plan.members {
            for block in stride(from: 0, to: plan.rooms, by: plan.roomsPerConnection) {
                let client = Client(
                    self, person: "p\(plan.process)-\(block)-\(member)",
                    role: member == 0 || member % 2 == 1 ? "admin" : "client")
                for room in rooms[block..<min(block + plan.roomsPerConnection, plan.rooms)] {
                    let seat = Seat(room, index: member, client: client)
                    seat.isSlow = member >= plan.members - plan.slowReaders
                    room.seats.append(seat)
                    client.seats.append(seat)
                }
                clients.append(client)
            }
        }
        for number in 0..<plan.queueWatchers {
            clients.append(
                Client(
                    self, person: "w\(plan.process)-\(number)", role: "admin", followsQueue: true))
        }
    }

    /// Runs until the load is over; false after an error.
    func run() -> Bool {
        toConnect = clients.reversed()
        stormBegan = monotonicNanoseconds()
        connectMore()
        while !isEnding || !isSettled {
            // An open loop polls the clock to keep time.
            let spins = isSending && plan.ratePerSecond > 0
            loop.turn(waitAtMostMilliseconds: spins ? 0 : isEnding ? 10 : nil)
            if spins {
                let now = monotonicNanoseconds()
                for room in rooms { room.sayWhatIsDue(at: now) }
            }
            if isEnding, loop.now > deadline { break }
        }
        report()
        return failures.isEmpty
    }

    private var isSettled: Bool {
        plan.traffic == .idle || plan.traffic == .paging || rooms.allSatisfy(\.isComplete)
    }

    // MARK: Connecting

    private func connectMore() {
        while connecting < plan.connectAtOnce, let client = toConnect.popLast() {
            connecting += 1
            client.connect()
        }
    }

    func becameReady(_ client: Client) {
        readyCount += 1
        connecting -= 1
        connectMore()
        guard readyCount == clients.count else { return }
        let milliseconds = (monotonicNanoseconds() - stormBegan) / 1_000_000
        if hasBegun {
            return ControlChannel.say("live \(readyCount) \(milliseconds) \(counts.caughtUp)")
        }
        prefillLeft = plan.prefill * rooms.count
        if prefillLeft == 0 { return ControlChannel.say("ready \(readyCount) \(milliseconds)") }
        for room in rooms { prefill(room, count: min(plan.prefill, Self.prefillInFlight)) }
    }

    private static let prefillInFlight = 64
    /// Messages under way at the end count as lost after this time.
    private static let drainMilliseconds: Int64 = 30_000
    private var prefilled: [Int] = []

    private func prefill(_ room: RoomLoad, count: Int) {
        if prefilled.isEmpty { prefilled = Array(repeating: 0, count: rooms.count) }
        for _ in 0..<count where prefilled[room.number] < plan.prefill {
            prefilled[room.number] += 1
            let number = prefilled[room.number]
            guard let author = room.seats.first else { return }
            author.client.send(
                SentFrame.message(
                    room.ticket, body: body(number, in: room), key: "prefill-\(number)"))
        }
    }

    func acknowledged(by client: Client, at now: Int64) {
        counts.acknowledged += 1
        guard prefillLeft > 0, !hasBegun else { return }
        prefillLeft -= 1
        if prefillLeft == 0 { return ControlChannel.say("ready \(readyCount) 0") }
        // The author fills its rooms evenly.
        if let seat = client.seats.min(by: { prefilled[$0.room.number] < prefilled[$1.room.number] }
        ) {
            prefill(seat.room, count: 1)
        }
    }

    func token(for client: Client) -> String {
        TokenSigner.sign(
            claims: TokenClaims(
                id: ExactText(client.person), role: ExactText(client.role),
                name: client.person.padded(to: 19),
                projects: [ExactText(Self.project)], expiresAt: expiresAt), secret: secret)
    }

    func fail(_ reason: String) {
        guard !isEnding else { return }
        if failures.count < 5 { ControlChannel.say("failed \(reason)") }
        failures.append(reason)
        if !hasBegun { endNow() }
    }

    private func endNow() {
        isEnding = true
        deadline = loop.now
    }

    // MARK: Control

    private func apply(_ command: ControlCommand) {
        let now = monotonicNanoseconds()
        switch command {
        case .start:
            guard !hasBegun else { return }
            hasBegun = true
            isSending = plan.traffic != .idle
            for client in clients where client.seats.first?.isSlow == true {
                client.pauseReading()
            }
            switch plan.traffic {
            case .idle: break
            case .paging:
                for room in rooms { for seat in room.seats { openFirstPage(seat, at: now) } }
            default: for room in rooms { room.begin(at: now) }
            }
        case .mark:
            let connecting = counts.connecting
            counts = Counts()
            counts.connecting = connecting
            markedAt = now
        case .stop:
            isSending = false
            isEnding = true
            window = (counts, now - markedAt)
            deadline = loop.now + Self.drainMilliseconds
        case .reconnect:
            hasBegun = true
            counts = Counts()
            readyCount = 0
            for client in clients { client.leave() }
            toConnect = clients.reversed()
            stormBegan = now
            connectMore()
        }
    }

    /// The counts and length of the measured window, set at its end.
    private var window: (counts: Counts, nanoseconds: Int64)?

    private func report() {
        var outcome = Outcome(window?.counts ?? counts, nanoseconds: window?.nanoseconds ?? 0)
        // Loss and order are judged over the whole run.
        outcome.deliveredInAll = counts.delivered
        outcome.repeated = counts.repeated
        outcome.missing = counts.missing
        outcome.lost =
            plan.traffic == .idle || plan.traffic == .paging
            ? 0 : rooms.reduce(0) { $0 + $1.lost }
        outcome.failures = failures.count
        ControlChannel.say("result " + outcome.json)
    }

    func nextInBlock(after room: RoomLoad) -> RoomLoad {
        let size = plan.roomsPerConnection
        let block = room.number / size * size
        let next = block + (room.number - block + 1) % min(size, rooms.count - block)
        return rooms[next]
    }

    // MARK: What is said

    func send(_ number: Int, from seat: Seat) {
        let room = seat.room
        switch plan.traffic {
        case .typing: seat.client.send(SentFrame.typing(room.ticket, isOn: number % 2 == 0))
        case .message:
            var author = seat
            if let script {
                author = room.seats[script.speaker(number, in: room.number) % room.seats.count]
            }
            author.client.send(
                SentFrame.message(room.ticket, body: body(number, in: room), key: "load-\(number)"))
        case .relay, .echo:
            seat.client.send(SentFrame.relay(number: number, size: plan.payloadBytes))
        case .ping: seat.client.send(SentFrame.ping())
        case .paging, .idle: break
        }
    }

    private func body(_ number: Int, in room: RoomLoad) -> String {
        script?.body(number, in: room.number) ?? "\(number) ".padded(to: plan.payloadBytes)
    }

    // MARK: Paging

    private func openFirstPage(_ seat: Seat, at now: Int64) {
        // The author has seen the newest event; the others learn of it with the first page.
        let newest = seat.room.seats.first?.newestSeq ?? 0
        ask(seat, after: plan.pageBack > 0 ? max(0, newest - plan.pageBack) : 0, at: now)
    }

    private func ask(_ seat: Seat, after: Int, at now: Int64) {
        counts.sent += 1
        seat.askedAt = now
        seat.client.send(SentFrame.join(seat.room.ticket, after: after, limit: plan.pageLimit))
    }

    func turnPage(_ seat: Seat, _ json: Tree, at now: Int64) {
        let events = json["events"]?.arrayValue ?? []
        counts.delivered += 1
        counts.caughtUp += events.count
        counts.latency.record(microseconds: Int(now - seat.askedAt) / 1000)
        guard isSending else { return }
        guard plan.pageBack == 0 else { return openFirstPage(seat, at: now) }
        let last = json["more"]?.boolValue == true ? events.last?["seq"]?.intValue : nil
        ask(seat, after: last ?? 0, at: now)
    }
}

extension String {
    /// Padded with dots to `count` bytes; for ASCII text.
    func padded(to count: Int) -> String {
        self + String(repeating: ".", count: max(0, count - utf8.count))
    }
}
