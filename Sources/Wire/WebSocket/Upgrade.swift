// Opening handshake of the server (RFC 6455 §4.2).

import Text

package struct UpgradeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// 400, or 426 for an unsupported version: that answer needs `Sec-WebSocket-Version: 13`
    /// (§4.4).
    package let status: Int
    package let reason: String

    package init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    package var description: String { "\(status) \(reason)" }
}

/// A request that may be answered with 101.
package struct UpgradeRequest: Sendable, Equatable {
    package let key: String
    /// The client's offers, best first, unchanged.
    package let subprotocols: [String]
    /// The acceptable offer of compression; the server may still decline it.
    package let deflate: PerMessageDeflate?

    package static func validate(_ head: RequestHead) throws(UpgradeError) -> UpgradeRequest {
        guard head.method == "GET", head.minorVersion == 1, head.headers["host"] != nil else {
            throw Self.bad("a handshake is a GET of HTTP/1.1")
        }
        guard head.framing == .none || head.framing == .length(0) else {
            throw Self.bad("a handshake has no body")
        }
        guard Upgrade.isUpgrade(head) else { throw Self.bad("Upgrade must name websocket") }
        guard head.headers.has("upgrade", in: "connection") else {
            throw Self.bad("Connection must name Upgrade")
        }
        guard head.headers.all("sec-websocket-version") == ["13"] else {
            throw UpgradeError(status: 426, reason: "the only WebSocket version is 13")
        }
        let keys = head.headers.all("sec-websocket-key")
        guard keys.count == 1, let nonce = Base64.decode(keys[0]), nonce.count == 16 else {
            throw Self.bad("Sec-WebSocket-Key must be 16 bytes in base64")
        }
        let subprotocols = head.headers.members("sec-websocket-protocol")
        guard subprotocols.allSatisfy(ASCII.isToken) else {
            throw Self.bad("Sec-WebSocket-Protocol must be a list of tokens")
        }
        return UpgradeRequest(
            key: keys[0], subprotocols: subprotocols, deflate: try deflate(offeredIn: head.headers))
    }

    private static func deflate(
        offeredIn headers: Headers
    ) throws(UpgradeError) -> PerMessageDeflate? {
        // Several fields form one list (RFC 6455 §9.1).
        let list = headers.all("sec-websocket-extensions").joined(separator: ",")
        do throws(ExtensionHeader.SyntaxError) {
            return PerMessageDeflate(acceptingOneOf: try ExtensionHeader.parse(list))
        } catch {
            throw Self.bad("Sec-WebSocket-Extensions must be a list of extensions")
        }
    }

    private static func bad(_ reason: String) -> UpgradeError {
        UpgradeError(status: 400, reason: reason)
    }
}

package enum Upgrade {
    /// Whether the request asks for a WebSocket, correctly or not.
    package static func isUpgrade(_ head: RequestHead) -> Bool {
        head.headers.has("websocket", in: "upgrade")
    }

    /// The proof for the client that a WebSocket server answered (§4.2.2, step 5.4).
    package static func acceptKey(for key: String) -> String {
        Base64.encode(SHA1.hash(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// The bytes of the 101. `subprotocol` must be one that the client offered; `deflate` is the
    /// request's own or nil.
    package static func response(
        accepting request: UpgradeRequest, subprotocol: String?, deflate: PerMessageDeflate? = nil,
        date: String? = nil
    ) -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(320)
        head.append(start.utf8.span)
        head.append(acceptKey(for: request.key).utf8.span)
        if let subprotocol {
            head.append("\r\nSec-WebSocket-Protocol: ".utf8.span)
            ResponseHead.append(subprotocol, to: &head)
        }
        if let deflate {
            head.append("\r\nSec-WebSocket-Extensions: ".utf8.span)
            head.append(deflate.response.utf8.span)
        }
        if let date {
            head.append("\r\nDate: ".utf8.span)
            head.append(date.utf8.span)
        }
        head.append("\r\n\r\n".utf8.span)
        return head
    }

    private static let start =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: "
}
