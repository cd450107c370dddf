// Headers of every response of a worker.

import Wire

extension Worker {
    /// `exchange`: nil when no request could be read.
    func addCommonHeaders(to head: inout ResponseHead, for exchange: HTTPExchange?) {
        head.add("Date", httpDate)
        head.add("X-Content-Type-Options", "nosniff")
        head.add("Cross-Origin-Opener-Policy", "same-origin")
        // Only with TLS of its own does the hub know that TLS is used (RFC 6797 section 7.2).
        if tls != nil { head.add("Strict-Transport-Security", "max-age=31536000") }
        if let exchange {
            exchange.addHeaders(to: &head)
        } else {
            head.add("Cross-Origin-Resource-Policy", "same-origin")
        }
    }

    var httpDate: String { dateLine.text(at: nowSeconds) }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, made once a second.
struct DateLine {
    private var seconds = 0
    private var text = ""

    mutating func text(at now: Int) -> String {
        if seconds != now {
            seconds = now
            text = HTTPDate.format(unixSeconds: now)
        }
        return text
    }
}
