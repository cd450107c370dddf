import Testing

@testable import Wire

struct ProxyHeaderTests {
    private static let signature: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)
    private static let ports: [UInt8] = [0xC0, 0x01, 0x01, 0xBB]

    private static func header(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
    }

    private static let version4 = header(0x21, 0x11, [203, 0, 113, 9, 10, 0, 0, 1] + ports)
    private static let source6: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 7, count: 12)
    private static let version6 = header(
        0x21, 0x21, source6 + Array(repeating: 0, count: 16) + ports)

    @Test func `the source is the client behind the proxy`() throws {
        #expect(try ProxyHeader(Self.version4) == .client([203, 0, 113, 9]))
        #expect(try ProxyHeader(Self.version6) == .client(Self.source6))
    }

    @Test func `what stands behind the addresses is passed over`() throws {
        let more = [203, 0, 113, 9, 10, 0, 0, 1] + Self.ports + Array(repeating: 5, count: 300)
        #expect(try ProxyHeader(Self.header(0x21, 0x11, more)) == .client([203, 0, 113, 9]))
    }

    @Test(arguments: [0x00, 0x12, 0x22, 0x31, 0x32] as [UInt8])
    func `address families without an address identify no client`(family: UInt8) throws {
        let rest = [UInt8](repeating: 1, count: 216)
        #expect(try ProxyHeader(Self.header(0x21, family, rest)) == .nobody)
    }

    @Test func `a proxy may speak for itself`() throws {
        #expect(try ProxyHeader(Self.header(0x20, 0x00, [])) == .nobody)
        #expect(try ProxyHeader(Self.header(0x20, 0x11, Array(repeating: 1, count: 12))) == .nobody)
    }

    @Test(arguments: [version4, version6, header(0x20, 0, [])])
    func `every beginning asks for more, and never beyond the end`(whole: [UInt8]) throws {
        for count in 0..<whole.count {
            let length = try ProxyHeader.length(from: Array(whole.prefix(count)))
            #expect(count < length && length <= whole.count)
        }
        #expect(try ProxyHeader.length(from: whole) == whole.count)
    }

    @Test(
        arguments: [
            (Array("GET / HTTP/1.1\r\n\r\n".utf8), .noSignature),
            (Array("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n".utf8), .noSignature),
            ([0x16, 0x03, 0x01], .noSignature),
            (header(0x11, 0x11, Array(repeating: 0, count: 12)), .unknownVersion),
            (header(0x2F, 0x11, Array(repeating: 0, count: 12)), .unknownCommand),
            (header(0x21, 0x13, Array(repeating: 0, count: 12)), .unknownFamily),
            (header(0x21, 0x41, Array(repeating: 0, count: 12)), .unknownFamily),
            (header(0x21, 0x11, Array(repeating: 0, count: 11)), .tooShort),
            (header(0x21, 0x21, Array(repeating: 0, count: 35)), .tooShort),
            (Array(version4.dropLast()), .tooShort), (version4 + [0], .tooShort), ([], .tooShort),
            (header(0x21, 0x11, Array(repeating: 0, count: 2033)), .tooLong),
            (signature + [0x21, 0x11, 0xFF, 0xFF], .tooLong),
        ] as [([UInt8], ProxyHeaderError)])
    func `what is not a header is refused`(bytes: [UInt8], error: ProxyHeaderError) {
        #expect(throws: error) { try ProxyHeader(bytes) }
    }
}
