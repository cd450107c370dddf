// The opening handshake: the input is the header lines of a request, then of a response; and the
// proxy header before it.

import Text

@testable import Wire

enum HandshakeFuzz {
    @Sendable static func run(_ bytes: [UInt8]) {
        serve(bytes)
        connect(bytes)
        introduce(bytes)
        introduce(ProxyHeader.signature + bytes)
    }

    private static func introduce(_ bytes: [UInt8]) {
        guard let length = try? ProxyHeader.length(from: bytes) else {
            return require((try? ProxyHeader(bytes)) == nil, "what has no length is no header")
        }
        require(length <= ProxyHeader.bytesMax, "a header is bounded")
        guard length <= bytes.count else { return }
        let whole = Array(bytes.prefix(length))
        guard case .client(let address)? = try? ProxyHeader(whole) else { return }
        require([4, 16].contains(address.count), "an address has 4 bytes or 16")
        require(whole.dropFirst(16).starts(with: address), "the source is the first address")
    }

    private static func serve(_ bytes: [UInt8]) {
        var parser = RequestParser()
        parser.append(
            Array("GET /ws HTTP/1.1\r\nHost: h\r\n".utf8) + bytes + Array("\r\n\r\n".utf8))
        guard case .head(let head)? = try? parser.next() else { return }
        let isUpgrade = Upgrade.isUpgrade(head)
        do throws(UpgradeError) {
            let request = try UpgradeRequest.validate(head)
            require(isUpgrade, "what is no upgrade is not validated")
            require(Base64.decode(request.key)?.count == 16, "a key has 16 bytes")
            require(request.subprotocols.allSatisfy(ASCII.isToken), "subprotocols are tokens")
            requireAccepted(request)
        } catch {
            require([400, 426].contains(error.status), "a refused handshake is 400 or 426")
        }
    }

    /// The client that sent this key accepts our answer.
    private static func requireAccepted(_ request: UpgradeRequest) {
        let offered = request.subprotocols
        let answer = Upgrade.response(
            accepting: request, subprotocol: offered.first, deflate: request.deflate)
        var parser = ResponseParser()
        parser.append(answer)
        let client = ClientHandshake(
            host: "h", target: "/ws", subprotocols: offered, offersDeflate: true, key: request.key)
        guard case .head(let head)? = try? parser.next() else {
            return require(false, "our answer is a response")
        }
        do throws(UpgradeError) {
            let chosen = try client.check(head)
            require(chosen == offered.first, "the client hears the subprotocol chosen")
            let deflate = try client.deflate(chosenIn: head)
            require(deflate == request.deflate, "the client hears what compression was chosen")
        } catch {
            // Our client has no window of 256 bytes and does not offer one.
            let isOffered = request.deflate.map { $0.clientWindowBits >= 9 } ?? true
            require(!isOffered, "the client takes our answer: \(error)")
        }
        requireReread(client, request)
    }

    /// The client's own request is read back as its parts.
    private static func requireReread(_ client: ClientHandshake, _ request: UpgradeRequest) {
        var parser = RequestParser(limits: HTTPLimits(headBytes: 1 << 20, lineBytes: 1 << 19))
        parser.append(client.requestBytes)
        guard case .head(let head)? = try? parser.next(),
            let again = try? UpgradeRequest.validate(head)
        else { return require(false, "our own request is a handshake") }
        require(again.deflate != nil, "our own offer of compression is taken")
        require(again.key == request.key, "the key returns")
        require(again.subprotocols == request.subprotocols, "the subprotocols return")
    }

    private static func connect(_ bytes: [UInt8]) {
        var parser = ResponseParser()
        parser.append(Array("HTTP/1.1 101 x\r\n".utf8) + bytes + Array("\r\n\r\n".utf8))
        guard case .head(let head)? = try? parser.next() else { return }
        let client = ClientHandshake(
            host: "h", target: "/", subprotocols: ["guichet.v1"], key: "dGhlIHNhbXBsZSBub25jZQ==")
        guard let chosen = try? client.check(head) else { return }
        require(chosen == "guichet.v1", "only what was offered can be chosen")
        let accept = head.headers.all("sec-websocket-accept")
        require(accept == ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="], "only the right proof is taken")
    }
}
