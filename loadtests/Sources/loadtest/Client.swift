// One connection of the load: handshake, hello, its rooms, then the frames of those rooms.

import Reactor
import Text
import Wire

final class Client: ConnectionHandler {
    let generator: Generator
    let person: String
    let role: String
    var seats: [Seat] = []
    let followsQueue: Bool
    private(set) var connection: Connection?
    private var client: WebSocketClient
    private var joinsLeft = 0
    private var seatOfTicket: [UInt64: Seat] = [:]
    private var startedAt: Int64 = 0
    private(set) var isReady = false

    init(_ generator: Generator, person: String, role: String, followsQueue: Bool = false) {
        self.generator = generator
        self.person = person
        self.role = role
        self.followsQueue = followsQueue
        client = WebSocketClient(host: "loadtest", target: "/")
    }

    func connect() {
        let plan = generator.plan
        isReady = false
        startedAt = monotonicNanoseconds()
        client = WebSocketClient(
            host: "\(plan.host):\(plan.port)", target: target,
            subprotocols: plan.isPeer
                ? [] : ["guichet.v1", "bearer.\(generator.token(for: self))"],
            inflaters: plan.offersDeflate ? generator.inflaters : nil)
        do throws(SystemError) {
            connection = try generator.loop.connect(host: plan.host, port: plan.port, handler: self)
            connection?.send(client.requestBytes)
        } catch {
            generator.fail("\(person) cannot connect: \(error)")
        }
    }

    private var target: String {
        switch generator.plan.traffic {
        case .echo: generator.plan.isPeer ? "/echo" : "/conformance/echo"
        case _ where generator.plan.isPeer:
            "/room/\(generator.plan.process)-\(seats.first?.room.number ?? 0)"
        default: "/ws"
        }
    }

    func send(_ payload: [UInt8]) {
        connection?.send(
            FrameEncoder.maskedFrame(.text, payload: payload, key: generator.maskingKey))
    }

    func pauseReading() { connection?.pauseReading() }

    func leave() {
        isReady = false
        connection?.closeNow()
        connection = nil
    }

    // MARK: Bytes

    func connection(_ connection: Connection, received bytes: Span<UInt8>) {
        do {
            let wasOpen = client.isOpen
            try client.append(bytes)
            if client.isOpen, !wasOpen, generator.plan.numbersFrames { enter() }
            let now = monotonicNanoseconds()
            while let message = try client.next() { handle(message, at: now) }
        } catch {
            generator.fail("\(person): \(error)")
            connection.closeNow()
        }
    }

    private func handle(_ message: WebSocketMessage, at now: Int64) {
        switch message {
        case .text(let payload): handle(payload, at: now)
        case .ping(let payload):
            connection?.send(
                FrameEncoder.maskedFrame(.pong, payload: payload, key: generator.maskingKey))
        case .close(let code, let reason):
            let text = String(decoding: reason, as: UTF8.self)
            generator.fail("\(person) was closed with \(code?.rawValue ?? 0) \(text)")
            connection?.closeNow()
        case .binary, .pong: break
        }
    }

    private func handle(_ payload: [UInt8], at now: Int64) {
        generator.counts.receivedBytes += payload.count
        let frame = ReceivedFrame(payload, isPeer: generator.plan.numbersFrames)
        switch frame {
        case .said:
            guard let seat = seat(of: payload) else { return }
            seat.room.heard(frame, by: seat, at: now)
        case .acknowledged: generator.acknowledged(by: self, at: now)
        case .queueEvent: generator.counts.queueEvents += 1
        case .ignored: break
        case .other: handleSetup(payload, at: now)
        }
    }

    private func seat(of payload: [UInt8]) -> Seat? {
        if seats.count == 1 { return seats.first }
        return ReceivedFrame.ticketKey(payload).flatMap { seatOfTicket[$0] }
    }

    // MARK: Setup

    private func handleSetup(_ payload: [UInt8], at now: Int64) {
        guard let json = try? JSONReader.parse(payload, maxDepth: 32, maxMembers: 1024) else {
            return generator.fail("\(person) got what is not JSON")
        }
        switch json["type"]?.textValue {
        case "hello": enter()
        case "created":
            guard let ticket = json["ticket"]?["id"]?.stringValue,
                let seat = seats.first(where: { $0.room.ticket.isEmpty })
            else { return }
            seat.newestSeq = json["ticket"]?["seq"]?.intValue ?? 1
            seatOfTicket[ReceivedFrame.ticketKey(ticket.utf8)] = seat
            seat.room.made(ticket)
            entered(seat)
            makeNextTicket()
        case "joined":
            guard let ticket = json["ticket"]?["id"]?.stringValue,
                let seat = seats.first(where: { $0.room.ticket == ticket })
            else { return }
            let seq = json["seq"]?.intValue ?? 0
            if generator.plan.traffic == .paging, generator.hasBegun {
                return generator.turnPage(seat, json, at: now)
            }
            if generator.hasBegun, json["events"]?.arrayValue?.isEmpty == false {
                generator.counts.caughtUp += json["events"]?.arrayValue?.count ?? 0
            }
            seat.newestSeq = seq
            entered(seat)
        case "queue": becomeReady()
        case "error":
            generator.fail("\(person) was refused: \(String(decoding: payload, as: UTF8.self))")
        case "behind": generator.counts.behind += 1
        default: break
        }
    }

    /// Called when the connection is open: takes its seats.
    private func enter() {
        if generator.plan.numbersFrames || generator.plan.traffic == .ping {
            return becomeReady()
        }
        if followsQueue { return send(SentFrame.queueJoin()) }
        joinsLeft = seats.count
        guard seats.first?.room.ticket.isEmpty == true, seats.first?.index == 0 else {
            for seat in seats { seat.room.whenTicketIsKnown(seat) }
            return
        }
        makeNextTicket()
    }

    private func makeNextTicket() {
        guard let seat = seats.first(where: { $0.room.ticket.isEmpty }) else { return }
        send(
            SentFrame.create(
                title: "Load \(generator.plan.process)-\(seat.room.number)",
                project: Generator.project))
    }

    func join(_ seat: Seat) {
        seatOfTicket[ReceivedFrame.ticketKey(seat.room.ticket.utf8)] = seat
        send(SentFrame.join(seat.room.ticket, after: seat.newestSeq, limit: nil))
    }

    private func entered(_ seat: Seat) {
        seat.isLive = true
        joinsLeft -= 1
        if joinsLeft == 0 { becomeReady() }
    }

    private func becomeReady() {
        guard !isReady else { return }
        isReady = true
        let microseconds = Int(monotonicNanoseconds() - startedAt) / 1000
        generator.counts.connecting.record(microseconds: microseconds)
        generator.becameReady(self)
    }

    // MARK: Ends

    func connectionReachedEnd(_ connection: Connection) { connection.closeNow() }
    func connectionDrained(_ connection: Connection) {}

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        guard self.connection === connection else { return }
        self.connection = nil
        generator.fail("\(person) lost its connection: \(error?.description ?? "the peer closed")")
    }
}
