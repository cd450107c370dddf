import TestSupport
import Testing

@testable import Hub

struct AddressRangeTests {
    @Test(arguments: [
        "203.0.113.9", "0.0.0.0", "2001:db8::7", "::1", "fe80::1:0:0:9",
    ])
    func `an address of bytes is written as usual`(address: String) throws {
        let bytes = try #require(IPAddress.bytes(address))
        #expect(IPAddress.text(bytes) == address)
        #expect(IPAddress.text(Array(bytes.suffix(4)))?.contains(".") == true)
        #expect(IPAddress.text(Array(bytes.suffix(5))) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false),
        ("192.168.128.0/17", "192.168.200.1", true), ("192.168.128.0/17", "192.168.1.1", false),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("::/0", "2001:db8::1", true), ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false), ("::1", "::1", true),
        ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("fd00::/8", "fe80::1", false),
        ("10.0.0.7/31", "10.0.0.6", true), ("10.0.0.0/8", "somewhere", false),
    ])
    func `a range has its addresses and no others`(range: String, address: String, isIn: Bool)
        throws
    {
        #expect([try #require(AddressRange(range))].covers(address) == isIn)
    }

    @Test func `a range wider than a private network is too wide`() {
        for text in [
            "0.0.0.0/0", "::/0", "10.0.0.0/00", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7", "::/1",
            "8000::/1", "fc00::/6", "::ffff:0:0/96", "::ffff:10.0.0.0/103",
        ] {
            #expect(AddressRange(text)?.isTooWide == true, "\(text)")
        }
        for text in [
            "0.0.0.0", "10.0.0.0/8", "172.16.0.0/12", "fc00::/7", "2001:db8::/32", "::", "::1",
            "::ffff:10.0.0.0/104",
        ] {
            #expect(AddressRange(text)?.isTooWide == false, "\(text)")
        }
    }

    @Test func `ranges that are together wider than a private network are too wide`() throws {
        func areTooWide(_ texts: [String]) throws -> Bool {
            try texts.map { try #require(AddressRange($0)) }.areTooWide
        }
        #expect(try areTooWide(["10.0.0.0/8", "11.1.2.3/8"]))
        #expect(try areTooWide(["10.0.0.0/8", "11.0.0.0/9", "11.128.0.0/10", "11.192.0.0/10"]))
        #expect(try areTooWide((0...255).map { "\($0).0.0.0/8" }))
        #expect(try areTooWide(["fc00::/7", "fe00::/8", "ff00::/8"]))
        #expect(
            try !areTooWide([
                "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "::1",
                "10.1.0.0/16", "9.0.0.0/8",
            ]))
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0/8", "::/129",
        "proxy.example", "10.0.0.0/8/8", "10.0.0.0 /8", "*",
    ])
    func `a malformed range is refused`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: [
        (["203.0.113.5"], "203.0.113.5"),
        (["1.1.1.1", "203.0.113.5", "10.0.0.2"], "203.0.113.5"),
        (["1.1.1.1", "10.0.0.3", "10.0.0.2"], "1.1.1.1"),
        (["10.0.0.4", "10.0.0.2"], "10.0.0.4"), ([], "10.0.0.1"),
        (["forged", "10.0.0.2"], "10.0.0.2"), (["203.0.113.5", "unknown"], "10.0.0.1"),
        (["203.0.113.5:4711"], "203.0.113.5"), (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["2001:db8::7"], "2001:db8::7"), (["fe80::1%eth0"], "fe80::1"),
        (["2001:DB8:0:0:0:0:0:7"], "2001:db8::7"), (["::ffff:203.0.113.5"], "203.0.113.5"),
        (["203.0.113.5", "::ffff:10.0.0.2"], "203.0.113.5"),
    ])
    func `the client is the nearest address that is not a trusted proxy`(
        forwarded: [String], client: String
    ) {
        let proxies = ["10.0.0.0/24"].compactMap { AddressRange($0) }
        #expect(proxies.client(behind: "10.0.0.1", forwarded: forwarded) == client)
    }

    @Test func `typing of a person without access is ignored`() {
        let proxies = ["10.0.0.0/24"].compactMap { AddressRange($0) }
        #expect(proxies.client(behind: "203.0.113.9", forwarded: ["1.1.1.1"]) == "203.0.113.9")
        #expect([AddressRange]().client(behind: "10.0.0.1", forwarded: ["1.1.1.1"]) == "10.0.0.1")
    }
}
