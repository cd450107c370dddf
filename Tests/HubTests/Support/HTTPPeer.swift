// An HTTP client for tests: raw requests out, parsed answers in.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

struct Answer {
    let status: Int
    let headers: Headers
    let body: [UInt8]

    func json() throws -> Tree { try JSONReader.parse(body) }
}

final class HTTPPeer {
    let socket: RawPeer
    private var parser = ResponseParser()

    init(port: UInt16) throws { socket = try RawPeer(port: port) }

    static func request(
        _ method: String, _ target: String, as person: Person? = nil,
        _ headers: [(String, String)] = [], body: String? = nil
    ) -> String {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: hub.example"]
        if let person { lines.append("Authorization: Bearer \(Tokens.token(person))") }
        lines += headers.map { "\($0.0): \($0.1)" }
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }

    func ask(
        _ method: String, _ target: String, as person: Person? = nil,
        _ headers: [(String, String)] = [], body: String? = nil
    ) throws -> Answer {
        socket.write(Self.request(method, target, as: person, headers, body: body))
        return try answer(toHEAD: method == "HEAD")
    }

    /// The next answer, interim ones included.
    func answer(toHEAD: Bool = false) throws -> Answer {
        parser.answersHEAD = toHEAD
        var head: IncomingResponseHead?
        var body: [UInt8] = []
        while true {
            while let part = try parser.next() {
                switch part {
                case .head(let found): head = found
                case .body(let bytes): body += bytes
                case .end:
                    let head = try #require(head)
                    return Answer(status: head.status, headers: head.headers, body: body)
                }
            }
            let bytes = socket.read()
            try #require(!bytes.isEmpty, "the hub hung up, or said nothing for ten seconds")
            parser.append(bytes)
        }
    }

    /// True when the hub has closed without further bytes.
    var isAtEnd: Bool { socket.read().isEmpty }
}
