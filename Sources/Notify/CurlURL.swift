// Parses a URL with libcurl's own parser, so that the checks at start and later connections agree
// on its parts.

import CCurl

/// An absolute URL with a host, in ASCII without blanks and quotes.
struct CurlURL {
    /// In lower case.
    let scheme: String
    /// An IPv6 address is in brackets.
    let host: String
    /// nil: the scheme's own.
    let port: String?
    /// `/` at the least.
    let path: String
    let hasUser: Bool

    /// nil: not such a URL.
    init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x5C
        }
        guard isPlain, let handle = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(handle) }
        func part(_ part: CURLUPart) -> String? {
            var found: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(handle, part, &found, 0) == CURLUE_OK,
                let found = unsafe found
            else { return nil }
            // SAFETY: a C string, ours until it is freed here.
            defer { unsafe curl_free(found) }
            return unsafe String(cString: found)
        }
        guard unsafe curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST)
        else { return nil }
        // libcurl forgives one slash, or three, where two belong.
        let slashes = text.dropFirst(scheme.count)
        guard slashes.hasPrefix("://"), !slashes.hasPrefix(":///") else { return nil }
        self.scheme = scheme
        self.host = host
        port = part(CURLUPART_PORT)
        path = part(CURLUPART_PATH) ?? "/"
        hasUser = part(CURLUPART_USER) != nil || part(CURLUPART_PASSWORD) != nil
    }

    /// Host and port, as a URL has them.
    var authority: String { port.map { "\(host):\($0)" } ?? host }
}
