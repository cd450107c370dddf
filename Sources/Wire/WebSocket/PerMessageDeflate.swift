// Negotiates compression (RFC 7692 §7.1). Both sides always start each message with an empty
// window, so that no connection has to keep one: the 32 KiB and more that zlib needs for either
// direction belong to a thread and not to a peer.

package struct PerMessageDeflate: Sendable, Equatable {
    /// The largest window that the server compresses with, as a power of two: 9 to 15.
    package let serverWindowBits: Int
    /// The same for the client.
    package let clientWindowBits: Int
    private let namesServerWindow: Bool
    private let namesClientWindow: Bool

    private static let name = "permessage-deflate"
    /// RFC 7692 also allows 8, a window that zlib does not make in raw streams.
    private static let windowBits = 9...15

    // MARK: As the server

    /// Accepts the first acceptable offer; nil: no compression.
    init?(acceptingOneOf offers: [WebSocketExtension]) {
        for offer in offers where offer.name == Self.name {
            if let accepted = Self(accepting: offer) {
                self = accepted
                return
            }
        }
        return nil
    }

    private init?(accepting offer: WebSocketExtension) {
        guard let parameters = Parameters(offer, clientWindowNeedsValue: false) else { return nil }
        serverWindowBits = parameters.serverWindowBits ?? 15
        guard Self.windowBits.contains(serverWindowBits) else { return nil }
        clientWindowBits = parameters.clientWindowBits ?? 15
        namesServerWindow = parameters.serverWindowBits != nil
        // Only for a client that has named the parameter (§7.1.2.2).
        namesClientWindow = parameters.clientWindowBits != nil
    }

    /// The value of Sec-WebSocket-Extensions in the 101.
    package var response: String {
        var text = "\(Self.name); server_no_context_takeover; client_no_context_takeover"
        if namesServerWindow { text += "; server_max_window_bits=\(serverWindowBits)" }
        if namesClientWindow { text += "; client_max_window_bits=\(clientWindowBits)" }
        return text
    }

    // MARK: As the client

    /// The offer of our clients.
    package static let offer =
        "\(name); server_no_context_takeover; client_no_context_takeover; client_max_window_bits"

    /// Reads the server's answer to `offer`.
    package init(response: String) throws(UpgradeError) {
        guard let chosen = try? ExtensionHeader.parse(response), chosen.count == 1,
            chosen[0].name == Self.name,
            let parameters = Parameters(chosen[0], clientWindowNeedsValue: true)
        else {
            throw UpgradeError(
                status: 101, reason: "the server chose an option that was not offered")
        }
        guard parameters.hasServerNoContextTakeover else {
            throw UpgradeError(status: 101, reason: "the server keeps its window between messages")
        }
        serverWindowBits = parameters.serverWindowBits ?? 15
        clientWindowBits = parameters.clientWindowBits ?? 15
        guard Self.windowBits.contains(clientWindowBits) else {
            throw UpgradeError(status: 101, reason: "the server wants a window of 256 bytes")
        }
        namesServerWindow = parameters.serverWindowBits != nil
        namesClientWindow = parameters.clientWindowBits != nil
    }
}

/// The parameters of one offer or answer; unknown, repeated and malformed ones void all of it
/// (§7.1).
private struct Parameters {
    private(set) var hasServerNoContextTakeover = false
    private(set) var hasClientNoContextTakeover = false
    private(set) var serverWindowBits: Int?
    /// 15 when named without a value.
    private(set) var clientWindowBits: Int?

    init?(_ source: WebSocketExtension, clientWindowNeedsValue: Bool) {
        for parameter in source.parameters {
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil) where !hasServerNoContextTakeover:
                hasServerNoContextTakeover = true
            case ("client_no_context_takeover", nil) where !hasClientNoContextTakeover:
                hasClientNoContextTakeover = true
            case ("server_max_window_bits", let value?) where serverWindowBits == nil:
                guard let bits = Self.bits(value) else { return nil }
                serverWindowBits = bits
            case ("client_max_window_bits", let value?) where clientWindowBits == nil:
                guard let bits = Self.bits(value) else { return nil }
                clientWindowBits = bits
            case ("client_max_window_bits", nil)
            where clientWindowBits == nil && !clientWindowNeedsValue:
                clientWindowBits = 15
            default: return nil
            }
        }
    }

    /// 8 to 15 in decimal, without leading zeros (§7.1.2.1).
    private static func bits(_ value: String) -> Int? {
        switch value {
        case "8": 8
        case "9": 9
        case "10": 10
        case "11": 11
        case "12": 12
        case "13": 13
        case "14": 14
        case "15": 15
        default: nil
        }
    }
}
