// Expiry of a certificate.

import COpenSSL

package enum CertificateEnd {
    /// Days until the first certificate of a PEM text ends, negative once it has; nil: there is no
    /// certificate that can be read.
    package static func days(ofPEM pem: [UInt8]) -> Int? {
        unsafe pem.withUnsafeBytes { bytes -> Int? in
            // SAFETY: the BIO reads `bytes` and is freed before they end.
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            else { return nil }
            defer { unsafe _ = BIO_free(bio) }
            guard let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) else { return nil }
            defer { unsafe X509_free(certificate) }
            var (days, seconds) = (Int32(0), Int32(0))
            let end = unsafe X509_get0_notAfter(certificate)
            guard unsafe ASN1_TIME_diff(&days, &seconds, nil, end) == 1 else { return nil }
            return seconds < 0 ? Int(days) - 1 : Int(days)
        }
    }
}
