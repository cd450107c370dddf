import Testing

@testable import Hub

struct ConnectionsPerAddressTests {
    @Test func `the connection over the limit is refused and has to leave too`() {
        let connections = ConnectionsPerAddress(limit: 2)
        #expect(connections.enter("10.0.0.1"))
        #expect(connections.enter("10.0.0.1"))
        #expect(!connections.enter("10.0.0.1"))
        #expect(connections.enter("10.0.0.2"))
        connections.leave("10.0.0.1")
        connections.leave("10.0.0.1")
        #expect(connections.enter("10.0.0.1"))
    }

    @Test func `without a limit everybody may come`() {
        let connections = ConnectionsPerAddress(limit: 0)
        for _ in 0..<1000 { #expect(connections.enter("10.0.0.1")) }
    }

    @Test(arguments: [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"),
        ("2001:db8:1:2::9", "2001:db8:1:2"), ("::1", "0:0:0:0"), ("192.0.2.7", "192.0.2.7"),
        ("::", "0:0:0:0"), ("1:2:3:4:5:6:7::", "1:2:3:4"),
    ])
    func `the addresses of one household are one`(address: String, key: String) {
        #expect(ConnectionsPerAddress.key(address) == key)
    }
}
