// The delay that a webhook receiver asks for.

import Testing

@testable import Notify

@Suite struct RetryAfterTests {
    private static let now = 1_764_000_000

    @Test(arguments: [
        ("3", 3), (" 120 ", 120), ("0", 0), ("86401", 86_400), ("99999999999999999999", 86_400),
        ("Mon, 24 Nov 2025 16:01:00 GMT", 60),
        ("Mon, 24 Nov 2025 15:59:00 GMT", 0), ("Monday, 24-Nov-25 16:02:00 GMT", 120),
        ("Mon Nov 24 16:00:30 2025", 30), ("Tuesday, 25-Nov-75 16:02:00 GMT", 0),
        ("Friday, 24-Nov-25 16:02:00 GMT", nil), ("Mon Nov 24 16:00:30 2025 GMT", nil),
        ("soon", nil), ("", nil), ("-5", nil), ("2.5", nil),
    ])
    func `seconds and dates count, a day at most, and nothing else does`(value: String, wait: Int?)
    {
        let lines = ["HTTP/1.1 429 Too Many Requests", "Retry-After:\(value)", "X: 1"]
        #expect(WebhookTransport.retryAfter(lines, nowSeconds: Self.now) == wait)
    }

    @Test func `Retry-After is read from the last response, in any case, and a missing one is nil`()
    {
        let lines = ["Retry-After: 9", "HTTP/1.1 503 Service Unavailable", "retry-AFTER: 4"]
        #expect(WebhookTransport.retryAfter(lines, nowSeconds: Self.now) == 4)
        #expect(WebhookTransport.retryAfter(["HTTP/1.1 503"], nowSeconds: Self.now) == nil)
    }
}
