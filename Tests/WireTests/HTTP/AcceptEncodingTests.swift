// Which Accept-Encoding headers accept gzip, and which refuse it.

import Testing
import Text

@testable import Wire

@Suite struct AcceptEncodingTests {
    private func accepts(_ value: String) -> Bool {
        Headers(fields: [.init(name: "accept-encoding", value: value)]).acceptsGzip
    }

    @Test(arguments: [
        "gzip", "GZIP", "x-gzip", "br, gzip", "gzip;q=1", "gzip;q=1.000", "gzip;q=0.001",
        "gzip ; q=0.5", "*", "*;q=0.1", "gzip, *;q=0", "identity;q=0.5, gzip;q=0.5", "gzip;Q=0.2",
        "identity;q=0, gzip;q=0.1", "gzip;q=0.0001",
    ])
    func `gzip is welcome`(_ value: String) { #expect(accepts(value)) }

    @Test(arguments: [
        "", "br", "gzip;q=0", "gzip;q=0.", "gzip;q=0.0", "gzip;q=0.00", "gzip;q=0.000",
        "gzip; q=0", "gzip ;q=0.000", "GZIP;Q=0", "*;q=0", "gzip;q=0, *", "x-gzip;q=0.0",
        "gzip;q=", "gzip;q=-1", "gzip;q=2", "gzip;q=1.001", "gzip;q=a", "gzip;q=0.5, identity",
        "gzipped", "identity", "gzip;q=0.0000",
    ])
    func `gzip is not acceptable`(_ value: String) { #expect(!accepts(value)) }
}
