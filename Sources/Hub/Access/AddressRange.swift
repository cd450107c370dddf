// Address ranges (RFC 4632, RFC 4291), and the client's address behind trusted proxies.

import Glibc

/// `10.0.0.0/8`, `2001:db8::/32`, or one address.
package struct AddressRange: Sendable, Hashable {
    /// As IPv6; IPv4 is in `::ffff:0:0/96` (RFC 4291 section 2.5.5.2).
    private let bytes: [UInt8]
    fileprivate let bits: Int
    /// Wider than any private network (RFC 1918: 10.0.0.0/8; RFC 4193: fc00::/7). A few such ranges
    /// are the whole internet.
    package var isTooWide: Bool { bits < (isIPv4 ? Self.mappedBits + 8 : 7) }

    /// Of the prefix that IPv4 has in IPv6.
    private static let mappedBits = 96
    private var isIPv4: Bool {
        bits >= Self.mappedBits && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF
            && bytes[11] == 0xFF
    }

    /// nil: neither an address nor a range.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = IPAddress.bytes(parts[0]) else { return nil }
        let width = parts[0].utf8.contains(UInt8(ascii: ":")) ? 128 : 32
        var prefix = width
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...width).contains(number),
                parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            prefix = number
        }
        self.bytes = bytes
        bits = 128 - width + prefix
    }

    private init(_ bytes: [UInt8], bits: Int) {
        self.bytes = bytes
        self.bits = bits
    }

    /// Without the bits after the range's own.
    fileprivate var masked: AddressRange {
        var bytes = bytes
        for bit in bits..<128 { bytes[bit / 8] &= ~(0x80 >> UInt8(bit % 8)) }
        return AddressRange(bytes, bits: bits)
    }

    /// The range beside it in the one that is twice as wide.
    fileprivate var otherHalf: AddressRange {
        var bytes = bytes
        bytes[(bits - 1) / 8] ^= 0x80 >> UInt8((bits - 1) % 8)
        return AddressRange(bytes, bits: bits)
    }

    fileprivate var both: AddressRange { AddressRange(bytes, bits: bits - 1).masked }

    func contains(_ address: [UInt8]) -> Bool {
        let whole = bits / 8
        guard address.count == 16, bytes[..<whole] == address[..<whole] else { return false }
        let rest = bits % 8
        return rest == 0 || (bytes[whole] ^ address[whole]) >> UInt8(8 - rest) == 0
    }
}

enum IPAddress {
    /// 16 bytes, as in IPv6; nil: not an address.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if text.utf8.contains(UInt8(ascii: ":")) {
            var address = in6_addr()
            guard unsafe inet_pton(AF_INET6, String(text), &address) == 1 else { return nil }
            unsafe withUnsafeBytes(of: &address) { unsafe bytes = Array($0) }
            return bytes
        }
        var address = in_addr()
        guard unsafe inet_pton(AF_INET, String(text), &address) == 1 else { return nil }
        bytes[10] = 0xFF
        bytes[11] = 0xFF
        unsafe withUnsafeBytes(of: &address) { unsafe bytes.replaceSubrange(12..., with: $0) }
        return bytes
    }

    /// The canonical form that limits count by: IPv6 as in RFC 5952, IPv4 mapped to IPv6 as IPv4.
    /// nil: not an address.
    static func canonical(_ text: String) -> String? { bytes(text).flatMap(Self.text) }

    /// The canonical form of the 4 or 16 bytes of an address; nil for other lengths.
    static func text(_ bytes: [UInt8]) -> String? {
        let isFourth =
            bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 }
            && bytes[10...11].allSatisfy { $0 == 0xFF }
        let address = isFourth ? Array(bytes[12...]) : bytes
        guard address.count == 4 || address.count == 16 else { return nil }
        var written = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard
            unsafe inet_ntop(
                address.count == 4 ? AF_INET : AF_INET6, address, &written,
                socklen_t(written.count)) != nil
        else { return nil }
        return String(
            decoding: written.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes the port, brackets and zone that proxies may write.
    static func bare(_ text: some StringProtocol) -> String {
        if text.utf8.first == UInt8(ascii: "[") {
            return String(text.dropFirst().prefix { $0 != "]" && $0 != "%" })
        }
        let colons = text.utf8.count(where: { $0 == UInt8(ascii: ":") })
        return String(text.prefix { $0 != "%" && (colons != 1 || $0 != ":") })
    }
}

extension [AddressRange] {
    /// Two halves of a range that is wider than any private network, also made of smaller ones.
    package var areTooWide: Bool {
        var ranges = Set(map(\.masked))
        // Narrow ones first: two that are joined may be half of a wider one.
        for bits in stride(from: 128, to: 0, by: -1) {
            for range in ranges where range.bits == bits && ranges.contains(range.otherHalf) {
                ranges.insert(range.both)
            }
        }
        return ranges.contains(where: \.isTooWide)
    }

    /// The client's address: the nearest one that is not a trusted proxy. `forwarded` is
    /// `X-Forwarded-For`. Each proxy appends its peer on the right; entries further left come from
    /// strangers and are not trusted.
    func client(behind peer: String, forwarded: [String]) -> String {
        var nearest = peer
        for given in forwarded.reversed() {
            guard let address = IPAddress.bytes(nearest), contains(where: { $0.contains(address) })
            else { return nearest }
            guard let next = IPAddress.canonical(IPAddress.bare(given)) else { return nearest }
            nearest = next
        }
        return nearest
    }

    func covers(_ address: String) -> Bool {
        guard let bytes = IPAddress.bytes(address) else { return false }
        return contains { $0.contains(bytes) }
    }
}
