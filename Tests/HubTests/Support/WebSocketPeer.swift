// A WebSocket client for tests: sends JSON texts, returns frames in order of arrival.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

final class WebSocketPeer {
    let socket: RawPeer
    private var client: WebSocketClient
    /// Frames that were skipped while waiting for another one.
    private(set) var skipped: [Tree] = []
    private(set) var closeCode: CloseCode?
    let hello: Tree

    init(port: UInt16, as person: Person, projects: [ExactText]? = nil) throws {
        socket = try RawPeer(port: port)
        client = WebSocketClient(
            host: "hub.example", target: "/ws",
            subprotocols: ["guichet.v1", "bearer.\(Tokens.token(person, projects: projects))"])
        socket.write(client.requestBytes)
        while !client.isOpen {
            let bytes = socket.read()
            try #require(!bytes.isEmpty, "no answer to the handshake")
            try client.append(bytes.span)
        }
        #expect(client.subprotocol == "guichet.v1")
        hello = try Self.next(from: socket, &client).frame ?? .null
    }

    func send(_ text: String) { send(.text, Array(text.utf8)) }

    func send(_ opcode: Opcode, _ payload: [UInt8]) {
        socket.write(FrameEncoder.maskedFrame(opcode, payload: payload))
    }

    /// The next frame of that type; earlier others are kept in `skipped`.
    func next(_ type: String) throws -> Tree {
        while true {
            let frame = try #require(try next(), "closed before a frame of type \(type)")
            if frame["type"]?.stringValue == type { return frame }
            skipped.append(frame)
        }
    }

    /// The next text frame, or nil when the hub has closed; pings are answered.
    func next() throws -> Tree? {
        while closeCode == nil {
            let (frame, control) = try Self.next(from: socket, &client)
            if let frame { return frame }
            switch control {
            case .ping(let payload)?: send(.pong, payload)
            case .close(let code, _)?: closeCode = code ?? .noCode
            case nil: return nil
            default: break
            }
        }
        return nil
    }

    /// Reads until the hub closes, and returns its close code.
    func waitForClose() throws -> CloseCode? {
        while let frame = try next() { skipped.append(frame) }
        return closeCode
    }

    func ask(_ text: String, for type: String) throws -> Tree {
        send(text)
        return try next(type)
    }

    /// Joins the room of the ticket.
    @discardableResult
    func join(_ ticket: String, after: Int? = nil) throws -> Tree {
        let bound = after.map { ",\"after\":\($0)" } ?? ""
        return try ask(
            "{\"type\":\"join\",\"id\":\"j\",\"ticket\":\"\(ticket)\"\(bound)}", for: "joined")
    }

    /// Creates a ticket, joins its room and returns its id.
    func create(_ title: String = "Printer") throws -> String {
        let answer = try ask(
            """
            {"type":"create","id":"c","set":{"title":"\(title)","description":"d",\
            "category":"incident","priority":"normal","project":"atlas"}}
            """, for: "created")
        return try #require(answer["ticket"]?["id"]?.stringValue)
    }

    private static func next(
        from socket: RawPeer, _ client: inout WebSocketClient
    ) throws -> (frame: Tree?, control: WebSocketMessage?) {
        while true {
            if let message = try client.next() {
                if case .text(let payload) = message {
                    return (try JSONReader.parse(payload), nil)
                }
                return (nil, message)
            }
            let bytes = socket.read()
            if bytes.isEmpty { return (nil, nil) }
            try client.append(bytes.span)
        }
    }
}
