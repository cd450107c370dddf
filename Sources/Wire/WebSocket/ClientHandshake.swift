// Opening handshake of a client (RFC 6455 §4.1).

import Text

package struct ClientHandshake: Sendable {
    package let key: String
    package let subprotocols: [String]
    private let host: String
    private let target: String
    private let headers: [(String, String)]
    private let offersDeflate: Bool

    /// - Parameters:
    ///   - host: with its port, unless that is the default.
    ///   - target: path and query, percent-encoded.
    ///   - headers: further headers, such as Authorization.
    ///   - offersDeflate: the server may choose compression; see `deflate(chosenIn:)`.
    ///   - key: 16 random bytes in base64; new ones for every connection.
    package init(
        host: String, target: String, subprotocols: [String] = [],
        headers: [(String, String)] = [], offersDeflate: Bool = false,
        key: String = Base64.encode(SecureRandom.bytes(16))
    ) {
        self.host = host
        self.target = target
        self.subprotocols = subprotocols
        self.headers = headers
        self.offersDeflate = offersDeflate
        self.key = key
    }

    package var requestBytes: [UInt8] {
        var bytes = Array("GET \(target) HTTP/1.1\r\n".utf8)
        var all = [
            ("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", key), ("Sec-WebSocket-Version", "13"),
        ]
        if !subprotocols.isEmpty {
            all.append(("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", ")))
        }
        if offersDeflate { all.append(("Sec-WebSocket-Extensions", PerMessageDeflate.offer)) }
        for (name, value) in all + headers {
            ResponseHead.append(name, to: &bytes)
            bytes.append(": ".utf8.span)
            ResponseHead.append(value, to: &bytes)
            bytes.append("\r\n".utf8.span)
        }
        bytes.append("\r\n".utf8.span)
        return bytes
    }

    /// Checks the answer and returns the subprotocol chosen by the server. The error has the
    /// server's status, if that was not 101.
    package func check(_ response: IncomingResponseHead) throws(UpgradeError) -> String? {
        let headers = response.headers
        guard response.status == 101 else {
            throw UpgradeError(status: response.status, reason: "the server did not upgrade")
        }
        guard headers.has("websocket", in: "upgrade"),
            headers.has("upgrade", in: "connection")
        else { throw UpgradeError(status: 101, reason: "the server upgraded to something else") }
        guard headers.all("sec-websocket-accept") == [Upgrade.acceptKey(for: key)] else {
            throw UpgradeError(status: 101, reason: "Sec-WebSocket-Accept does not match the key")
        }
        _ = try deflate(chosenIn: response)
        let chosen = headers["sec-websocket-protocol"]
        if let chosen, !subprotocols.contains(chosen) {
            throw UpgradeError(status: 101, reason: "the server chose a subprotocol not offered")
        }
        return chosen
    }

    /// The server's choice of compression; nil: none.
    package func deflate(
        chosenIn response: IncomingResponseHead
    ) throws(UpgradeError) -> PerMessageDeflate? {
        let chosen = response.headers.all("sec-websocket-extensions")
        guard !chosen.isEmpty else { return nil }
        guard offersDeflate else {
            throw UpgradeError(status: 101, reason: "the server chose an extension not offered")
        }
        return try PerMessageDeflate(response: chosen.joined(separator: ","))
    }
}
