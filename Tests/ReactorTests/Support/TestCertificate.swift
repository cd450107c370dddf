// A self-signed certificate, made anew for every run.

import COpenSSL
import Testing

@testable import Reactor

struct TestCertificate {
    let certificate: [UInt8]
    let key: [UInt8]

    static let localhost = Result { try TestCertificate() }

    init() throws {
        let pair = try unsafe #require(Self.makeKey())
        defer { unsafe EVP_PKEY_free(pair) }
        let made = try unsafe #require(X509_new())
        defer { unsafe X509_free(made) }
        let day = 24 * 3600
        let name = unsafe X509_get_subject_name(made)
        unsafe X509_set_version(made, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(made), Int.random(in: 1...1_000_000))
        unsafe X509_gmtime_adj(X509_getm_notBefore(made), -day)
        unsafe X509_gmtime_adj(X509_getm_notAfter(made), day)
        unsafe X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING, "localhost", -1, -1, 0)
        unsafe X509_set_issuer_name(made, name)
        unsafe X509_set_pubkey(made, pair)
        #expect(unsafe X509_sign(made, pair, EVP_sha256()) > 0)
        certificate = try unsafe Self.text { bio in unsafe PEM_write_bio_X509(bio, made) }
        key = try unsafe Self.text { bio in
            unsafe PEM_write_bio_PrivateKey(bio, pair, nil, nil, 0, nil, nil)
        }
    }

    /// The key as an operator may have it from elsewhere: under a passphrase.
    func encryptedKey() throws -> [UInt8] {
        let bio = unsafe BIO_new_mem_buf(key, Int32(key.count))
        defer { unsafe BIO_free(bio) }
        let pair = try unsafe #require(PEM_read_bio_PrivateKey(bio, nil, nil, nil))
        defer { unsafe EVP_PKEY_free(pair) }
        return try unsafe Self.text { bio in
            unsafe PEM_write_bio_PrivateKey(bio, pair, EVP_aes_128_cbc(), "pass", 4, nil, nil)
        }
    }

    private static func makeKey() -> OpaquePointer? {
        let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var pair: OpaquePointer?
        unsafe EVP_PKEY_keygen_init(context)
        unsafe EVP_PKEY_CTX_set_group_name(context, "P-256")
        unsafe EVP_PKEY_generate(context, &pair)
        return unsafe pair
    }

    private static func text(_ write: (OpaquePointer?) -> Int32) throws -> [UInt8] {
        let bio = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(bio) }
        #expect(unsafe write(bio) == 1)
        var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(bio))
        let count = unsafe BIO_read(bio, &bytes, Int32(bytes.count))
        #expect(Int(count) == bytes.count)
        return bytes
    }
}

extension TLSContext {
    /// A server's, with the certificate of this run.
    static func forTests(chainCopies: Int = 0, answerToPlainHTTP: [UInt8] = []) throws -> TLSContext
    {
        let own = try TestCertificate.localhost.get()
        let chain = Array(repeatElement(own.certificate, count: 1 + chainCopies).joined())
        return try TLSContext(
            certificate: chain, key: own.key, answerToPlainHTTP: answerToPlainHTTP)
    }
}
