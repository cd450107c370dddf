import Testing

@testable import Reactor

private let garbage = Array("-----BEGIN NONSENSE-----\n".utf8)

@Test func `a certificate and its key are taken, with a chain`() throws {
    let own = try TestCertificate()
    let other = try TestCertificate()
    let chain = own.certificate + other.certificate
    #expect(throws: Never.self) { try TLSContext(certificate: chain, key: own.key) }
}

@Test func `a file that is not a certificate or a key is named`() throws {
    let own = try TestCertificate()
    for text in [[], garbage, own.key] {
        #expect(
            throws: TLSError.certificate("this is not a certificate in PEM (BEGIN CERTIFICATE)")
        ) {
            try TLSContext(certificate: text, key: own.key)
        }
    }
    for text in [[], garbage, own.certificate] {
        #expect(throws: TLSError.key("this is not a private key in PEM (BEGIN PRIVATE KEY)")) {
            try TLSContext(certificate: own.certificate, key: text)
        }
    }
}

@Test func `another certificate's key is refused`() throws {
    #expect(throws: TLSError.key("the key is not that of the certificate")) {
        try TLSContext(certificate: TestCertificate().certificate, key: TestCertificate().key)
    }
}

@Test func `an encrypted key is refused without asking at the terminal`() throws {
    let own = try TestCertificate()
    let locked = try own.encryptedKey()
    #expect(throws: TLSError.key("the key is encrypted; decrypt it with openssl pkey")) {
        try TLSContext(certificate: own.certificate, key: locked)
    }
}

@Test func `a chain that is cut off is refused`() throws {
    let own = try TestCertificate()
    let cut = own.certificate + own.certificate.prefix(own.certificate.count - 40)
    let error = try #require(throws: TLSError.self) {
        try TLSContext(certificate: cut, key: own.key)
    }
    #expect(error.description.hasPrefix("its chain is damaged"))
}
