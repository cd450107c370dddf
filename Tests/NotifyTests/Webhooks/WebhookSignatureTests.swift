// Signatures against values from another program (Python's hmac and base64).

import Testing

@testable import Notify

@Suite struct WebhookSignatureTests {
    @Test func `signs as Standard Webhooks does`() throws {
        let key = try #require(
            WebhookSignature.key(of: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = WebhookSignature.sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8), key: key)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `a secret without the prefix is its own text`() {
        #expect(WebhookSignature.key(of: "plain") == Array("plain".utf8))
        #expect(WebhookSignature.key(of: "whsec_YWJj") == Array("abc".utf8))
    }

    @Test(arguments: ["whsec_", "whsec_a", "whsec_YW Jj", "whsec_YWJj="])
    func `refuses broken base64`(_ secret: String) {
        #expect(WebhookSignature.key(of: secret) == nil)
    }
}
