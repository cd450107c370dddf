import Testing
import Text

@testable import Wire

private func response(_ lines: String...) throws -> IncomingResponseHead? {
    var parser = ResponseParser()
    parser.append(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    guard case .head(let head)? = try parser.next() else { return nil }
    return head
}

private let client = ClientHandshake(
    host: "h:80", target: "/ws?x=1", subprotocols: ["guichet.v1", "b"],
    headers: [("Authorization", "Bearer\r\n t")], key: "dGhlIHNhbXBsZSBub25jZQ==")

private let accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

@Suite struct ClientHandshakeTests {
    @Test func `is understood by our server, and understands it`() throws {
        var parser = RequestParser()
        parser.append(client.requestBytes)
        guard case .head(let head)? = try parser.next() else {
            Issue.record("no head")
            return
        }
        #expect(head.headers["authorization"] == "Bearer t")
        let request = try UpgradeRequest.validate(head)
        #expect(request.subprotocols == ["guichet.v1", "b"])

        var answers = ResponseParser()
        answers.append(Upgrade.response(accepting: request, subprotocol: "guichet.v1"))
        guard case .head(let answer)? = try answers.next() else {
            Issue.record("no answer")
            return
        }
        #expect(try client.check(answer) == "guichet.v1")
    }

    @Test func `takes an answer without a subprotocol`() throws {
        let answer = try response(
            "HTTP/1.1 101 X", "Upgrade: WebSocket", "Connection: upgrade", accept)
        #expect(try client.check(#require(answer)) == nil)
    }

    @Test(arguments: [
        ("HTTP/1.1 401 X", "Connection: upgrade", accept, 401),
        ("HTTP/1.1 101 X", "Connection: close", accept, 101),
        ("HTTP/1.1 101 X", "Connection: upgrade", "X: y", 101),
        ("HTTP/1.1 101 X", "Connection: upgrade", "Sec-WebSocket-Accept: x", 101),
        ("HTTP/1.1 101 X", "Connection: upgrade", accept + "\r\nSec-WebSocket-Protocol: c", 101),
        ("HTTP/1.1 101 X", "Connection: upgrade", accept + "\r\nSec-WebSocket-Extensions: c", 101),
    ])
    func `refuses an answer that is not to its request`(
        status: String, connection: String, last: String, expected: Int
    ) throws {
        let answer = try #require(try response(status, "Upgrade: websocket", connection, last))
        let error = try #require(throws: UpgradeError.self) { try client.check(answer) }
        #expect(error.status == expected)
    }

    @Test func `makes a new key each time`() {
        let keys = (0..<2).map { _ in ClientHandshake(host: "h", target: "/").key }
        #expect(keys[0] != keys[1])
        #expect(Base64.decode(keys[0])?.count == 16)
    }
}
