// PROXY protocol header, version 2 (binary), which a proxy sends before the client's first byte.

package enum ProxyHeader: Equatable, Sendable {
    /// 4 bytes of IPv4 or 16 of IPv6.
    case client([UInt8])
    /// The proxy connects for itself, or does not name the client.
    case nobody

    /// Limit of the header: addresses take up to 36 bytes, and a proxy's extensions are skipped.
    package static let bytesMax = 2048

    static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    /// Signature, version and command, family, length of the rest.
    private static let fixedBytes = 16

    /// Length of the header, as far as its beginning tells: more than `start` has until it is
    /// complete.
    package static func length(from start: [UInt8]) throws(ProxyHeaderError) -> Int {
        guard zip(start, signature).allSatisfy(==) else { throw .noSignature }
        guard start.count >= fixedBytes else { return fixedBytes }
        guard start[12] >> 4 == 2 else { throw .unknownVersion }
        let length = fixedBytes + (Int(start[14]) << 8 | Int(start[15]))
        guard length <= bytesMax else { throw .tooLong }
        return length
    }

    /// - Parameter bytes: exactly the whole header.
    package init(_ bytes: [UInt8]) throws(ProxyHeaderError) {
        guard try Self.length(from: bytes) == bytes.count, bytes.count >= Self.fixedBytes else {
            throw .tooShort
        }
        switch bytes[12] & 0x0F {
        case 0: self = .nobody
        case 1: self = try Self.source(bytes[Self.fixedBytes...], family: bytes[13])
        default: throw .unknownCommand
        }
    }

    /// Both addresses and both ports must be present; the source is the first.
    private static func source(
        _ rest: ArraySlice<UInt8>, family: UInt8
    ) throws(ProxyHeaderError) -> ProxyHeader {
        switch family {
        case 0x11:
            guard rest.count >= 12 else { throw .tooShort }
            return .client(Array(rest.prefix(4)))
        case 0x21:
            guard rest.count >= 36 else { throw .tooShort }
            return .client(Array(rest.prefix(16)))
        // Unspecified, datagrams, file system sockets: none of them has a client address.
        case 0x00, 0x12, 0x22, 0x31, 0x32: return .nobody
        default: throw .unknownFamily
        }
    }
}
