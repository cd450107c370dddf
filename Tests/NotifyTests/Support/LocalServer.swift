// A server on the loopback that talks as the test says, and keeps what it has heard.

import Reactor
import Testing

/// One connection, as the server sees it.
protocol ServerTalk: Sendable {
    /// What the server says first.
    var greeting: String { get }
    /// Whether the server has said its last word.
    var isOver: Bool { get }
    /// The answer to the first whole request or line of `waiting`, which it removes, and which may
    /// need none; nil: none is whole.
    mutating func answer(to waiting: inout [UInt8]) -> String?
}

final class LocalServer {
    let port: UInt16
    private let thread: LoopThread
    private let heard: Mailbox<String>
    private let end: Mailbox<Bool>

    /// The first connection gets the first of `talks`; the last is for all further ones.
    init(_ talks: [any ServerTalk]) throws {
        let (heard, end) = (try Mailbox<String>(), try Mailbox<Bool>())
        let started = try Mailbox<UInt16?>()
        (self.heard, self.end) = (heard, end)
        thread = try LoopThread.start(name: "server") {
            guard let loop = try? EventLoop(),
                let listener = try? Listener.open(host: "127.0.0.1", port: 0)
            else { return started.post(nil) }
            var talks = talks[...]
            loop.attach(listener) { descriptor, _ in
                let talk = talks.count > 1 ? talks.removeFirst() : talks.first
                guard let talk else { return }
                let peer = LocalPeer(talk, heard)
                let connection = loop.adopt(descriptor, handler: peer)
                peer.begin(connection)
            }
            loop.attach(end) { _ in
                listener.close()
                loop.stop()
            }
            started.post(listener.port)
            loop.run()
            loop.close()
        }
        started.wait(timeoutMilliseconds: 10_000)
        port = try #require(started.drain().first ?? nil, "the server has not started")
    }

    /// Stops the server; what each connection sent, in the order of their ends.
    func finish() -> [String] {
        end.post(true)
        thread.join()
        return heard.drain()
    }
}

/// Keeps the bytes of one connection until it ends.
private final class LocalPeer: ConnectionHandler {
    private var talk: any ServerTalk
    private let heard: Mailbox<String>
    private var waiting: [UInt8] = []
    private var all: [UInt8] = []

    init(_ talk: any ServerTalk, _ heard: Mailbox<String>) {
        self.talk = talk
        self.heard = heard
    }

    func begin(_ connection: Connection) {
        if !talk.greeting.isEmpty { connection.send(Array(talk.greeting.utf8)) }
    }

    func connection(_ connection: Connection, received bytes: Span<UInt8>) {
        for index in bytes.indices {
            all.append(bytes[index])
            waiting.append(bytes[index])
        }
        while !talk.isOver, let answer = talk.answer(to: &waiting) {
            if !answer.isEmpty { connection.send(Array(answer.utf8)) }
        }
        if talk.isOver { connection.closeAfterFlush() }
    }

    func connectionReachedEnd(_ connection: Connection) { connection.closeAfterFlush() }
    func connectionDrained(_ connection: Connection) {}

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        heard.post(String(decoding: all, as: UTF8.self))
    }
}

/// Answers one request, then hangs up.
struct HTTPTalk: ServerTalk {
    private let status: String
    private let fields: [String]
    private(set) var isOver = false
    let greeting = ""

    /// `status`: such as `200 OK`.
    init(_ status: String, _ fields: [String] = []) {
        self.status = status
        self.fields = fields
    }

    mutating func answer(to waiting: inout [UInt8]) -> String? {
        guard let request = HeardRequest(String(decoding: waiting, as: UTF8.self)) else {
            return nil
        }
        guard request.body.utf8.count == Int(request.field("content-length")) else { return nil }
        waiting = []
        isOver = true
        let lines = ["HTTP/1.1 \(status)", "Content-Length: 0", "Connection: close"] + fields
        return lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }
}

/// A request that a server has heard.
struct HeardRequest {
    let line: String
    let body: String
    private let fields: [String: String]

    /// nil: its head is not whole.
    init?(_ text: String) {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard let end = lines.firstIndex(of: ""), end > 0, end + 1 < lines.count else { return nil }
        line = String(lines[0])
        body = lines[(end + 1)...].joined(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in lines[1..<end] {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        self.fields = fields
    }

    /// Empty: there is no such header.
    func field(_ name: String) -> String { fields[name] ?? "" }
}

/// A mail server. `replies` replaces its replies to commands, by the command's first word.
struct SMTPTalk: ServerTalk {
    let greeting: String
    private let replies: [String: String]
    private var isInMessage = false
    private(set) var isOver = false

    init(greeting: String = "220 mail.example", _ replies: [String: String] = [:]) {
        self.greeting = greeting + "\r\n"
        self.replies = replies
    }

    mutating func answer(to waiting: inout [UInt8]) -> String? {
        guard let end = waiting.firstIndex(of: 0x0A) else { return nil }
        let line = String(decoding: waiting[...end], as: UTF8.self)
        waiting.removeSubrange(...end)
        if isInMessage {
            guard line == ".\r\n" else { return "" }
            isInMessage = false
            return reply(to: ".", else: "250 taken")
        }
        let command = line.prefix { $0.isLetter }.uppercased()
        switch command {
        case "QUIT":
            isOver = true
            return reply(to: command, else: "221 bye")
        case "DATA":
            isInMessage = replies[command] == nil
            return reply(to: command, else: "354 go on")
        default: return reply(to: command, else: "250 fine")
        }
    }

    private func reply(to command: String, else usual: String) -> String {
        (replies[command] ?? usual) + "\r\n"
    }
}
